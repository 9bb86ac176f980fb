// Programs to ELF: sections are laid out first, then written one after another, constants straight from their tensors.
#include "Bytes.h"
#include "ObjectFormat.h"
#include "tarn/ISA/Encoding.h"
#include "tarn/ISA/Object.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFTypes.h"

namespace ELF = llvm::ELF;

namespace tarn::isa {

namespace {
using ElfType = llvm::object::ELF64LE;

struct Section {
  std::string name;
  uint32_t type = ELF::SHT_PROGBITS;
  uint64_t flags = 0;
  uint64_t alignment = 1;
  uint32_t link = 0, info = 0;
  uint64_t entrySize = 0;
  llvm::SmallVector<char, 0> contents;
  bool isConstants = false; // contents come from the tensors
  uint64_t size = 0, offset = 0;
};

/// Name table: each name once, ending in 0.
struct StringTable {
  llvm::SmallVector<char, 0> bytes{'\0'};
  uint32_t add(llvm::StringRef text) {
    uint32_t offset = bytes.size();
    bytes.append(text.begin(), text.end());
    bytes.push_back('\0');
    return offset;
  }
};

Section noteOf(const Program &program) {
  Section section;
  section.name = object::noteSection.str();
  section.type = ELF::SHT_NOTE;
  section.alignment = 4;
  llvm::SmallVector<char, 0> description;
  ByteWriter text(description);
  text.u32(objectVersion);
  text.u32(program.cores.size());
  text.u64(program.hbmSize);
  text.text(program.name);
  text.text(program.chip);
  ByteWriter note(section.contents);
  note.u32(object::noteOwner.size() + 1);
  note.u32(description.size());
  note.u32(1);
  section.contents.append(object::noteOwner.begin(), object::noteOwner.end());
  section.contents.append(8 - object::noteOwner.size(), '\0');
  section.contents.append(description);
  while (section.contents.size() % 4)
    section.contents.push_back('\0');
  return section;
}

Section originsOf(const Program &program) {
  Section section;
  section.name = object::originsSection.str();
  ByteWriter writer(section.contents);
  writer.u32(program.origins.size());
  for (const Origin &origin : program.origins) {
    writer.text(origin.node);
    writer.text(origin.op);
    writer.text(origin.kernel);
  }
  return section;
}

/// Place of each tensor's contents in .rodata.
std::vector<uint64_t> placeConstants(const Program &program, uint64_t &size) {
  std::vector<uint64_t> places;
  size = 0;
  for (const ProgramTensor &tensor : program.tensors) {
    if (tensor.kind != TensorKind::constant) {
      places.push_back(0);
      continue;
    }
    size = llvm::alignTo(size, object::constantAlignment);
    places.push_back(size);
    size += tensor.sizeInBytes();
  }
  return places;
}

Section tensorsOf(const Program &program, llvm::ArrayRef<uint64_t> places) {
  Section section;
  section.name = object::tensorsSection.str();
  ByteWriter writer(section.contents);
  writer.u32(program.tensors.size());
  for (auto [tensor, place] : llvm::zip_equal(program.tensors, places)) {
    writer.text(tensor.name);
    writer.u8(static_cast<uint8_t>(tensor.kind));
    writer.u8(static_cast<uint8_t>(tensor.dtype));
    writer.u8(static_cast<uint8_t>(tensor.hostType));
    writer.u8(tensor.shape.size());
    for (int64_t dim : tensor.shape)
      writer.u64(dim);
    writer.u64(tensor.address);
    writer.u64(place);
  }
  return section;
}

Section symbolsOf(const Program &program, StringTable &names, uint32_t namesSection) {
  Section section;
  section.name = ".symtab";
  section.type = ELF::SHT_SYMTAB;
  section.alignment = 8;
  section.link = namesSection;
  section.info = 1;
  section.entrySize = sizeof(ElfType::Sym);
  section.contents.resize(sizeof(ElfType::Sym), 0);
  for (const ProgramTensor &tensor : program.tensors) {
    ElfType::Sym symbol{};
    symbol.st_name = names.add(tensor.name);
    symbol.setBindingAndType(ELF::STB_GLOBAL, ELF::STT_OBJECT);
    symbol.st_shndx = ELF::SHN_ABS;
    symbol.st_value = tensor.address;
    symbol.st_size = tensor.sizeInBytes();
    const char *bytes = reinterpret_cast<const char *>(&symbol);
    section.contents.append(bytes, bytes + sizeof(symbol));
  }
  return section;
}

llvm::Error addStreams(const Program &program, std::vector<Section> &sections) {
  for (auto [c, core] : llvm::enumerate(program.cores)) {
    for (unsigned e = 0; e < numEngines; ++e) {
      if (core.streams[e].empty())
        continue;
      Section stream, origins;
      stream.name = object::streamSection(c, static_cast<Engine>(e));
      stream.flags = ELF::SHF_ALLOC | ELF::SHF_EXECINSTR;
      stream.alignment = slotBytes;
      origins.name = stream.name + ".origins";
      origins.alignment = 4;
      ByteWriter writer(origins.contents);
      for (auto [i, instruction] : llvm::enumerate(core.streams[e])) {
        if (llvm::Error error = encode(instruction, stream.contents))
          return makeError("instruction {0} of {1}: {2}", i, stream.name, llvm::toString(std::move(error)));
        writer.u32(instruction.origin);
      }
      sections.push_back(std::move(stream));
      sections.push_back(std::move(origins));
    }
  }
  return llvm::Error::success();
}

void writeHeader(llvm::raw_ostream &os, llvm::ArrayRef<Section> sections, uint64_t tableOffset) {
  ElfType::Ehdr header{};
  std::memcpy(header.e_ident, ELF::ElfMagic, 4);
  header.e_ident[ELF::EI_CLASS] = ELF::ELFCLASS64;
  header.e_ident[ELF::EI_DATA] = ELF::ELFDATA2LSB;
  header.e_ident[ELF::EI_VERSION] = ELF::EV_CURRENT;
  header.e_ident[ELF::EI_OSABI] = ELF::ELFOSABI_STANDALONE;
  header.e_type = ELF::ET_EXEC;
  header.e_machine = ELF::EM_NONE;
  header.e_version = ELF::EV_CURRENT;
  header.e_shoff = tableOffset;
  header.e_ehsize = sizeof(header);
  header.e_shentsize = sizeof(ElfType::Shdr);
  header.e_shnum = sections.size();
  header.e_shstrndx = sections.size() - 1;
  os.write(reinterpret_cast<const char *>(&header), sizeof(header));
}

void writeConstants(llvm::raw_ostream &os, const Program &program, llvm::ArrayRef<uint64_t> places) {
  uint64_t at = 0;
  for (auto [tensor, place] : llvm::zip_equal(program.tensors, places)) {
    if (tensor.kind != TensorKind::constant)
      continue;
    os.write_zeros(place - at);
    llvm::ArrayRef<char> bytes = tensor.contents.bytes();
    os.write(bytes.data(), bytes.size());
    at = place + bytes.size();
  }
}
} // namespace

llvm::Error writeObject(llvm::raw_ostream &os, const Program &program) {
  if (program.cores.empty() || program.cores.size() > object::maxCores)
    return makeError("a program has 1 to {0} cores, found {1}", object::maxCores, program.cores.size());
  for (const ProgramTensor &tensor : program.tensors)
    if (tensor.kind == TensorKind::constant &&
        (tensor.contents.type() != tensor.dtype || tensor.contents.sizeInBytes() != int64_t(tensor.sizeInBytes())))
      return makeError("constant '{0}' is {1} {2}, its contents are {3} {4}", tensor.name, name(tensor.dtype),
                       tarn::toString(tensor.shape), name(tensor.contents.type()),
                       tarn::toString(tensor.contents.shape()));
  // 1. Sections.
  std::vector<Section> sections(1);
  sections[0].type = ELF::SHT_NULL;
  sections[0].alignment = 0;
  sections.push_back(noteOf(program));
  if (llvm::Error error = addStreams(program, sections))
    return error;
  sections.push_back(originsOf(program));
  Section constants;
  constants.name = object::constantsSection.str();
  constants.flags = ELF::SHF_ALLOC;
  constants.alignment = object::constantAlignment;
  constants.isConstants = true;
  std::vector<uint64_t> places = placeConstants(program, constants.size);
  sections.push_back(tensorsOf(program, places));
  sections.push_back(std::move(constants));
  StringTable symbolNames, sectionNames;
  sections.push_back(symbolsOf(program, symbolNames, sections.size() + 1));
  Section names;
  names.name = ".strtab";
  names.type = ELF::SHT_STRTAB;
  names.contents = std::move(symbolNames.bytes);
  sections.push_back(std::move(names));
  Section headerNames;
  headerNames.name = ".shstrtab";
  headerNames.type = ELF::SHT_STRTAB;
  sections.push_back(std::move(headerNames));
  // 2. Names and places.
  std::vector<uint32_t> nameOffsets;
  for (const Section &section : sections)
    nameOffsets.push_back(section.name.empty() ? 0 : sectionNames.add(section.name));
  sections.back().contents = std::move(sectionNames.bytes);
  uint64_t offset = sizeof(ElfType::Ehdr);
  for (Section &section : llvm::drop_begin(sections)) {
    offset = llvm::alignTo(offset, section.alignment);
    section.offset = offset;
    if (!section.isConstants)
      section.size = section.contents.size();
    offset += section.size;
  }
  uint64_t tableOffset = llvm::alignTo(offset, 8);
  // 3. Bytes.
  writeHeader(os, sections, tableOffset);
  uint64_t at = sizeof(ElfType::Ehdr);
  for (const Section &section : llvm::drop_begin(sections)) {
    os.write_zeros(section.offset - at);
    if (section.isConstants)
      writeConstants(os, program, places);
    else
      os.write(section.contents.data(), section.contents.size());
    at = section.offset + section.size;
  }
  os.write_zeros(tableOffset - at);
  for (auto [section, nameOffset] : llvm::zip_equal(sections, nameOffsets)) {
    ElfType::Shdr header{};
    header.sh_name = nameOffset;
    header.sh_type = section.type;
    header.sh_flags = section.flags;
    header.sh_offset = section.offset;
    header.sh_size = section.size;
    header.sh_link = section.link;
    header.sh_info = section.info;
    header.sh_addralign = section.alignment;
    header.sh_entsize = section.entrySize;
    os.write(reinterpret_cast<const char *>(&header), sizeof(header));
  }
  return llvm::Error::success();
}

llvm::Error writeObject(llvm::StringRef path, const Program &program) {
  return writeFileAtomically(path, [&](llvm::raw_ostream &os) { return writeObject(os, program); });
}

} // namespace tarn::isa
