// Who lies where and when: rectangles of bytes and time in SBUF, PSUM and HBM.
//
// On chip nothing has a name, so a tenant is named after what was loaded (the tensor in HBM that a DMA reads)
// or else after the node whose instruction wrote it. It lies there from its first write to its last access;
// writes under the same name that touch it belong to it, a write under another name to any of its bytes ends
// it. In HBM the tensors are those of the program: inputs and constants from the start, outputs to the end;
// but tensors that share bytes, one after the other, cannot be told apart by an address and are treated as on
// chip.
#include "tarn/Sim/Check.h"
#include "tarn/Sim/Footprint.h"
#include "tarn/Sim/View.h"
#include "llvm/ADT/StringMap.h"

namespace tarn::sim {

namespace {

struct Tenant {
  int64_t first, end; // bytes: of a partition on chip
  Picoseconds begin, last;
  uint32_t name;
};

/// The tenants of one memory; those that lie there now do not overlap.
class Floor {
public:
  void write(Tenant tenant) {
    for (auto at = firstFrom(tenant.first); at != now.end() && at->first <= tenant.end;) {
      const Tenant &other = at->second;
      if (other.name == tenant.name) { // touches or overlaps: one tenant
        tenant.first = std::min(tenant.first, other.first);
        tenant.end = std::max(tenant.end, other.end);
        tenant.begin = std::min(tenant.begin, other.begin);
        tenant.last = std::max(tenant.last, other.last);
      } else if (other.first < tenant.end && tenant.first < other.end) {
        gone.push_back(other);
      } else {
        ++at;
        continue;
      }
      now.erase(at);
      at = firstFrom(tenant.first);
    }
    now[tenant.first] = tenant;
  }
  /// Answers the name of a tenant there; 0 when there is none.
  uint32_t read(int64_t first, int64_t end, Picoseconds time) {
    uint32_t name = 0;
    for (auto at = firstFrom(first); at != now.end() && at->first < end; ++at)
      if (at->second.end > first) {
        at->second.last = std::max(at->second.last, time);
        name = at->second.name;
      }
    return name;
  }
  /// In order of their beginnings.
  std::vector<Tenant> take() {
    for (const auto &entry : now)
      gone.push_back(entry.second);
    now.clear();
    llvm::sort(gone, [](const Tenant &a, const Tenant &b) {
      return std::tie(a.begin, a.first, a.end, a.name) < std::tie(b.begin, b.first, b.end, b.name);
    });
    return std::move(gone);
  }

private:
  /// The first tenant that ends at `byte` or behind it.
  std::map<int64_t, Tenant>::iterator firstFrom(int64_t byte) {
    auto at = now.lower_bound(byte);
    if (at != now.begin() && std::prev(at)->second.end >= byte)
      --at;
    return at;
  }
  std::map<int64_t, Tenant> now; // by first byte
  std::vector<Tenant> gone;
};

class MemoryMap : public View {
public:
  MemoryMap(const isa::Program &program, const Chip &chip)
      : program(program), chip(chip), floors(2 * program.cores.size() + 1), uses(program.tensors.size()) {
    for (uint32_t i = 0; i < program.tensors.size(); ++i)
      byAddress.push_back(i);
    llvm::sort(byAddress, [&](uint32_t a, uint32_t b) {
      return std::make_pair(program.tensors[a].address, a) < std::make_pair(program.tensors[b].address, b);
    });
    std::vector<bool> shares(program.tensors.size());
    for (uint64_t end = 0, furthest = 0, i = 0; i < byAddress.size(); ++i) {
      const isa::ProgramTensor &tensor = program.tensors[byAddress[i]];
      if (tensor.address < end)
        shares[byAddress[i]] = shares[byAddress[furthest]] = true;
      if (tensor.address + tensor.sizeInBytes() > end) {
        end = tensor.address + tensor.sizeInBytes();
        furthest = i;
      }
    }
    llvm::erase_if(byAddress, [&](uint32_t i) { return shares[i]; });
  }
  llvm::StringRef name() const override { return "memory"; }

  void on(const Started &event) override {
    const Step &step = event.step;
    uint32_t source = 0; // name of the tensor that a DMA reads
    auto access = [&](const isa::FieldInfo &field, const auto &pattern, bool writes) {
      Box box = footprintOf(pattern).box;
      if (box.firstByte >= box.endByte || (writes ? !isa::isWritten(field.kind) : !isa::isRead(field.kind)))
        return;
      bool isHbm = box.memory == isa::Memory::hbm;
      if (std::optional<uint32_t> tensor = isHbm ? tensorAt(box.firstByte) : std::nullopt) {
        uses[*tensor].first = std::min(uses[*tensor].first, step.start);
        uses[*tensor].last = std::max(uses[*tensor].last, step.completion);
        uint32_t tensorName = nameOfTensor(*tensor, *step.instruction);
        if (!writes)
          source = tensorName;
        return;
      }
      Floor &floor = isHbm ? floors.back() : floors[2 * step.core + unsigned(box.memory)];
      if (writes)
        floor.write({box.firstByte, box.endByte, step.start, step.completion,
                     source ? source : nameOfOrigin(*step.instruction)});
      else if (uint32_t tenant = floor.read(box.firstByte, box.endByte, step.completion); isHbm)
        source = tenant;
    };
    for (bool writes : {false, true}) {
      auto each = [&](const isa::FieldInfo &field, const auto &pattern) { access(field, pattern, writes); };
      isa::forEachAccess(event.resolved, each, each);
    }
  }

  void finish(Picoseconds end) override {
    for (Floor &floor : floors)
      rooms.push_back({floor.take()});
    for (uint32_t i : byAddress) {
      const isa::ProgramTensor &tensor = program.tensors[i];
      Picoseconds begin = uses[i].first, last = uses[i].last;
      if (tensor.kind == isa::TensorKind::input || tensor.kind == isa::TensorKind::constant)
        begin = 0;
      if (tensor.kind == isa::TensorKind::output)
        last = end;
      if (begin <= last && tensor.sizeInBytes())
        rooms.back().tenants.push_back({int64_t(tensor.address), int64_t(tensor.address + tensor.sizeInBytes()), begin,
                                        last, uses[i].name ? uses[i].name : intern(tensor.name)});
    }
    for (Room &room : rooms)
      findPeak(room);
  }

  void addTo(llvm::json::Object &report) const override {
    llvm::json::Object memory;
    for (size_t i = 0; i < rooms.size(); ++i) {
      llvm::json::Array tenants;
      for (const Tenant &tenant : rooms[i].tenants)
        tenants.push_back(llvm::json::Object{{"name", names[tenant.name]},
                                             {"first_byte", tenant.first},
                                             {"end_byte", tenant.end},
                                             {"begin_ns", toNs(tenant.begin)},
                                             {"end_ns", toNs(tenant.last)}});
      memory[label(i)] = llvm::json::Object{{"capacity", capacity(i)},
                                            {"peak_bytes", rooms[i].peak},
                                            {"peak_ns", toNs(rooms[i].peakTime)},
                                            {"tenants", std::move(tenants)}};
    }
    report["memory"] = std::move(memory);
  }

  void print(llvm::raw_ostream &os) const override {
    os << "Memory\n";
    for (size_t i = 0; i < rooms.size(); ++i) {
      const Room &room = rooms[i];
      bool isHbm = i + 1 == rooms.size();
      os << llvm::formatv("  {0,-5} peak {1} bytes{2}, at {3:f3} ns\n", label(i), room.peak,
                          isHbm ? "" : " a partition", toNs(room.peakTime));
      std::map<std::string, int64_t> byName;
      for (const Tenant &tenant : room.tenants)
        if (tenant.begin <= room.peakTime && room.peakTime < tenant.last)
          byName[names[tenant.name]] += tenant.end - tenant.first;
      std::vector<std::pair<std::string, int64_t>> sorted(byName.begin(), byName.end());
      llvm::sort(sorted, [](const auto &a, const auto &b) {
        return std::make_pair(-a.second, a.first) < std::make_pair(-b.second, b.first);
      });
      for (const auto &[name, bytes] : llvm::ArrayRef(sorted).take_front(10))
        os << llvm::formatv("    {0,12}  {1}\n", bytes, name.empty() ? "(no node)" : name);
    }
  }

private:
  struct Room {
    std::vector<Tenant> tenants;
    int64_t peak = 0; // bytes that tenants occupy at once
    Picoseconds peakTime = 0;
  };

  static void findPeak(Room &room) {
    std::map<Picoseconds, int64_t> change;
    for (const Tenant &tenant : room.tenants) {
      change[tenant.begin] += tenant.end - tenant.first;
      change[tenant.last] -= tenant.end - tenant.first;
    }
    int64_t live = 0;
    for (auto [time, bytes] : change)
      if ((live += bytes) > room.peak) {
        room.peak = live;
        room.peakTime = time;
      }
  }

  std::optional<uint32_t> tensorAt(int64_t byte) const {
    auto behind =
        llvm::partition_point(byAddress, [&](uint32_t i) { return int64_t(program.tensors[i].address) <= byte; });
    if (behind == byAddress.begin())
      return std::nullopt;
    const isa::ProgramTensor &tensor = program.tensors[*std::prev(behind)];
    return byte < int64_t(tensor.address + tensor.sizeInBytes()) ? std::optional(*std::prev(behind)) : std::nullopt;
  }

  uint32_t intern(llvm::StringRef text) {
    auto [entry, isNew] = numbers.try_emplace(text, names.size());
    if (isNew)
      names.push_back(text.str());
    return entry->second;
  }
  /// What the compiler made has its node beside its name.
  uint32_t nameOfTensor(uint32_t tensor, const isa::Instruction &instruction) {
    if (uses[tensor].name)
      return uses[tensor].name;
    const isa::ProgramTensor &made = program.tensors[tensor];
    std::string node = nodeOf(program, instruction);
    bool isUsers = made.kind == isa::TensorKind::input || made.kind == isa::TensorKind::output;
    return uses[tensor].name = intern(isUsers || node.empty() ? made.name : made.name + " (" + node + ")");
  }
  uint32_t nameOfOrigin(const isa::Instruction &instruction) {
    auto [entry, isNew] = originNames.try_emplace(instruction.origin, 0);
    if (isNew)
      entry->second = intern(nodeOf(program, instruction));
    return entry->second;
  }

  std::string label(size_t room) const {
    if (room + 1 == rooms.size())
      return "hbm";
    std::string memory = isa::name(isa::Memory(room % 2)).str();
    return program.cores.size() > 1 ? llvm::formatv("nc{0}.{1}", room / 2, memory).str() : memory;
  }
  int64_t capacity(size_t room) const {
    if (room + 1 == rooms.size())
      return program.hbmSize;
    return room % 2 ? chip.psum.banks * chip.psum.bankBytesPerPartition : chip.sbuf.bytesPerPartition;
  }

  const isa::Program &program;
  const Chip &chip;
  std::vector<Floor> floors; // SBUF and PSUM of each core
  std::vector<Room> rooms;   // the same, then HBM
  std::vector<uint32_t> byAddress;
  struct Use {
    Picoseconds first = std::numeric_limits<Picoseconds>::max(), last = 0;
    uint32_t name = 0;
  };
  std::vector<Use> uses;              // of the program's tensors
  std::vector<std::string> names{""}; // 0: none
  llvm::StringMap<uint32_t> numbers;
  llvm::DenseMap<uint32_t, uint32_t> originNames;
};

} // namespace

std::unique_ptr<View> makeMemoryView(const isa::Program &program, const Chip &chip) {
  return std::make_unique<MemoryMap>(program, chip);
}

} // namespace tarn::sim
