// From records to a program: each record is one instruction, a second wait is an event_semaphore before it.
#include "AddressMap.h"
#include "Repair.h"

namespace tarn::profile {
using namespace isa;

namespace {
struct Importer {
  Importer(const Dump &dump, llvm::StringRef fileName)
      : dump(dump), fileName(fileName), isOurs(dump.program.has_value()), readers(dump.numCores) {}

  const Dump &dump;
  llvm::StringRef fileName;
  bool isOurs;
  Program program;
  Regions regions;
  std::vector<RecordReader> readers;

  llvm::Expected<Program> run();
  llvm::Error checkOpcodes() const;
  llvm::Error add(const Record &record, size_t number);
  llvm::Error addSides(const Record &record, const ReadInstruction &read, Instruction &instruction, size_t index);
};

/// All opcodes that are not understood, each with its first record.
llvm::Error Importer::checkOpcodes() const {
  std::map<std::string, std::pair<const Record *, size_t>> unknown;
  for (const Record &record : dump.records)
    if (record.instruction.empty() && record.opcode != "RELEASE" && !isKnownOpcode(record.opcode)) {
      auto &[first, count] = unknown.try_emplace(record.opcode, &record, 0).first->second;
      ++count;
    }
  if (unknown.empty())
    return llvm::Error::success();
  std::string text;
  for (const auto &[opcode, found] : unknown)
    text += llvm::formatv("\n  {0}: {1} records, the first is instruction[{2}] (pc {3} of {4}): {5}", opcode,
                          found.second, found.first->line, found.first->pc, name(found.first->engine),
                          llvm::StringRef(found.first->operands).take_front(200));
  return makeError("{0}: found opcodes that are not understood; what they read, write and take is not known, "
                   "so the program "
                   "cannot be told from them:{1}",
                   fileName, text);
}

/// Addresses in HBM: of a run of ours as they are, else when all are known.
llvm::Error Importer::addSides(const Record &record, const ReadInstruction &read, Instruction &instruction,
                               size_t index) {
  for (const HbmUse &use : read.uses) {
    if (!isOurs) {
      if (llvm::Error error = regions.add(record.core, record.engine, index, use))
        return error;
      continue;
    }
    if (use.table || use.begin < hbmBase)
      return makeError("found no address in HBM; a profile with the key of a program has only those");
    auto &copy = std::get<DmaCopy>(instruction.payload);
    (use.isSource ? copy.src : copy.dst).address = use.begin - hbmBase;
  }
  return llvm::Error::success();
}

llvm::Error Importer::add(const Record &record, size_t number) {
  // Of a run of ours; the importer puts its own before the first record.
  if (!isOurs && record.opcode == "RELEASE")
    return llvm::Error::success();
  auto fail = [&](llvm::Error error) {
    return makeError("{0}: instruction[{1}] ({2} at pc {3}): {4}", fileName, record.line, record.opcode, record.pc,
                     llvm::toString(std::move(error)));
  };
  llvm::Expected<ReadInstruction> read = readers[record.core].read(record);
  if (!read)
    return fail(read.takeError());
  std::vector<Instruction> &stream = program.cores[record.core].stream(record.engine);
  if (!isOurs && stream.empty() && record.name.empty()) { // the runtime starts the engine
    stream.emplace_back();
    stream.back().payload = Runtime{RuntimeStep::release};
  }
  Instruction instruction = std::move(read->instruction);
  instruction.origin = isOurs ? std::max<int64_t>(0, record.origin) : number;
  if (isOurs && record.origin >= int64_t(std::max<size_t>(1, program.origins.size())))
    return fail(makeError("found origin {0}, allowed: below {1}", record.origin, program.origins.size()));
  for (const isa::Wait &wait : read->before) {
    Instruction before;
    before.payload = EventSemaphore();
    before.wait = wait;
    before.origin = instruction.origin;
    stream.push_back(before);
  }
  // The dump shows which way a branch went: on to the next record.
  if (auto *branch = std::get_if<CompareBranch>(&instruction.payload))
    branch->target = stream.size() + 1;
  if (llvm::Error error = addSides(record, *read, instruction, stream.size()))
    return fail(std::move(error));
  stream.push_back(std::move(instruction));
  return llvm::Error::success();
}

llvm::Expected<Program> Importer::run() {
  if (llvm::Error error = checkOpcodes())
    return std::move(error);
  if (isOurs) {
    program = *dump.program;
  } else {
    program.name = fileName.rsplit('/').second.empty() ? fileName.str() : fileName.rsplit('/').second.str();
    program.cores.resize(dump.numCores);
    for (const Record &record : dump.records)
      program.origins.push_back({record.name, record.opcode, ""});
  }
  for (size_t i = 0; i < dump.records.size(); ++i)
    if (llvm::Error error = add(dump.records[i], i))
      return std::move(error);
  if (isOurs)
    return std::move(program);
  for (unsigned core = 0; core < dump.numCores; ++core) {
    repairGaps(program, core, dump.records, regions);
    dropGivenWaits(program.cores[core]);
  }
  if (llvm::Error error = regions.place(program, fileName))
    return std::move(error);
  return std::move(program);
}
} // namespace

llvm::Expected<Program> importProfile(const Dump &dump, llvm::StringRef fileName) {
  return Importer(dump, fileName).run();
}

} // namespace tarn::profile
