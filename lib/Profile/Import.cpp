// From records to a program: each record is one instruction, a second wait is an event_semaphore before it.
#include "AddressMap.h"
#include "Operands.h"
#include "tarn/Profile/Profile.h"
#include "llvm/ADT/MapVector.h"
#include <set>

namespace tarn::profile {
using namespace isa;

namespace {
constexpr uint64_t tensorAlignment = 4096;

struct Importer {
  Importer(llvm::ArrayRef<Record> records, llvm::StringRef fileName) : records(records), fileName(fileName) {}

  llvm::ArrayRef<Record> records;
  llvm::StringRef fileName;
  Program program;

  // HBM: what DMAs name, by table index or by address, and how far they reach.
  struct Region {
    uint64_t begin = 0, end = 0; // in the machine's addresses; of a table's tensor from 0
    bool isRead = false, isWritten = false;
    uint64_t address = 0; // in the program
  };
  std::map<int64_t, Region> tables;
  std::vector<Region> regions; // by address
  struct Pending { // a side of a DMA, given its address when all are known
    Engine engine;
    size_t index;
    bool isSource;
    std::optional<int64_t> table;
    uint64_t begin;
  };
  std::vector<Pending> pending;
  bool isTranspose = false; // what the last LDWEIGHTS said

  llvm::Error fail(const Record &record, llvm::Error error) const {
    return makeError("{0}: instruction[{1}] ({2} at pc {3}): {4}", fileName, record.line, record.opcode, record.pc,
                     llvm::toString(std::move(error)));
  }

  llvm::Expected<Program> run();
  llvm::Error add(const Record &record);
  llvm::Expected<std::optional<Payload>> payloadOf(const Record &record, const OperandText &text);
  llvm::Expected<Payload> pe(const Record &record, const OperandText &text);
  llvm::Expected<Payload> activation(const OperandText &text, unsigned channels);
  llvm::Expected<Payload> tensorScalar(const OperandText &text, unsigned channels);
  llvm::Expected<Payload> reduce(const OperandText &text, unsigned channels);
  llvm::Expected<Payload> dma(const Record &record, const OperandText &text);
  llvm::Error dmaSide(const Record &record, const OperandText &text, llvm::StringRef side, DType type,
                      DmaPattern &pattern);
  llvm::Expected<unsigned> partitionsOf(const OperandText &text, unsigned which);
  void repairGaps();
  void dropGivenWaits();
  llvm::Error placeTensors();
  void addTensor(const std::string &name, Region &region, const Region &use);
};

std::optional<AluOp> aluOp(llvm::StringRef name) {
  if (name == "MULTIPLY")
    return AluOp::mult;
  return parseAluOp(name.lower());
}

/// Partitions that an operand of the PE spans: "128*128" is rows times columns.
llvm::Expected<unsigned> Importer::partitionsOf(const OperandText &text, unsigned which) {
  for (llvm::StringRef word : text.words) {
    auto [rows, columns] = word.split('*');
    unsigned count = 0;
    if (columns.empty())
      continue;
    if ((which ? columns : rows).getAsInteger(10, count) || count < 1 || count > 128)
      return makeError("found {0}, allowed: rows*columns, each up to 128", word);
    return count;
  }
  return makeError("says no rows*columns");
}

llvm::Expected<Payload> Importer::pe(const Record &record, const OperandText &text) {
  llvm::Expected<unsigned> rows = partitionsOf(text, 0), columns = partitionsOf(text, 1);
  if (!rows || !columns)
    return llvm::joinErrors(rows.takeError(), columns.takeError());
  llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), *rows);
  if (!src)
    return src.takeError();
  if (record.opcode == "LDWEIGHTS") {
    LoadStationary load;
    load.data = *src;
    isTranspose = load.is_transpose = text.field("transpose_mode") == "ENABLED";
    if (src->dtype == DType::fp32 && !isTranspose)
      load.fp32_mode = text.field("fp32_mode") == "HIGH" ? Fp32Mode::high : Fp32Mode::low;
    return Payload(load);
  }
  Matmul matmul;
  matmul.moving = *src;
  matmul.is_transpose = isTranspose;
  llvm::Expected<AccessPattern> dst =
      parseAccess(text.field("dst"), *columns, isTranspose ? src->dtype : DType::fp32);
  if (!dst)
    return dst.takeError();
  matmul.dst = *dst;
  llvm::Expected<int64_t> group = text.number("acc_flags", 3);
  if (!group)
    return group.takeError();
  if (*group < 0 || *group > 3)
    return makeError("found acc_flags={0}, allowed: 0 to 3", *group);
  matmul.group = static_cast<MatmulGroup>(*group); // bit 0 first, bit 1 last, as in the record
  return Payload(matmul);
}

llvm::Expected<Payload> Importer::activation(const OperandText &text, unsigned channels) {
  Activation result;
  llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), channels), dst = parseAccess(text.field("dst"), channels);
  if (!src || !dst)
    return llvm::joinErrors(src.takeError(), dst.takeError());
  result.data = *src;
  result.dst = *dst;
  if (text.words.empty())
    return makeError("names no function");
  std::optional<ActivationFunction> function = parseActivationFunction(text.words[0].lower());
  if (!function)
    return makeError("found the function {0}; the machine has none of that name", text.words[0]);
  result.op = *function;
  double scale = 1;
  if (text.fields.count("scale") && text.field("scale").getAsDouble(scale))
    return makeError("found scale={0}, allowed: a number", text.field("scale"));
  result.scale = float(scale);
  for (auto [name, operand] : {std::pair{"bias_ptr", &result.bias}, std::pair{"scale_ptr", &result.scale}}) {
    if (!text.fields.count(name))
      continue;
    llvm::Expected<AccessPattern> pointer = parseAccess(text.field(name), channels);
    if (!pointer)
      return pointer.takeError();
    *operand = *pointer;
  }
  std::string command = text.field("accumulator_cmd").lower();
  if (!command.empty()) {
    std::optional<ReduceCommand> reduce = parseReduceCommand(command);
    if (!reduce)
      return makeError("found accumulator_cmd={0}; the machine has none of that name", command);
    result.reduce_cmd = *reduce;
  }
  return Payload(result);
}

llvm::Expected<Payload> Importer::tensorScalar(const OperandText &text, unsigned channels) {
  TensorScalar result;
  llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), channels), dst = parseAccess(text.field("dst"), channels);
  if (!src || !dst)
    return llvm::joinErrors(src.takeError(), dst.takeError());
  result.data = *src;
  result.dst = *dst;
  auto ops = text.field("ops").split(','), values = text.field("imm").split(','), sources = text.field("imm_src").split(',');
  std::optional<AluOp> op0 = aluOp(ops.first), op1 = aluOp(ops.second.empty() ? "BYPASS" : ops.second);
  if (!op0 || !op1)
    return makeError("found ops={0}; the machine has no operator of that name", text.field("ops"));
  result.op0 = *op0;
  result.op1 = *op1;
  auto operand = [&](llvm::StringRef value, llvm::StringRef source, ScalarOperand &scalar) -> llvm::Error {
    uint32_t address = 0;
    double number = 0;
    if (source == "PTR") {
      if (value.getAsInteger(0, address))
        return makeError("found the pointer '{0}', allowed: an address", value);
      AccessPattern pointer;
      pointer.memory = address >= psumBase ? Memory::psum : Memory::sbuf;
      pointer.address = address % psumBase;
      pointer.numPartitions = static_cast<uint8_t>(channels);
      scalar = pointer;
    } else if (!value.empty()) {
      if (value.getAsDouble(number))
        return makeError("found the immediate '{0}', allowed: a number", value);
      scalar = float(number);
    }
    return llvm::Error::success();
  };
  if (llvm::Error error = operand(values.first, sources.first, result.operand0))
    return std::move(error);
  if (llvm::Error error = operand(values.second, sources.second, result.operand1))
    return std::move(error);
  return Payload(result);
}

llvm::Expected<Payload> Importer::reduce(const OperandText &text, unsigned channels) {
  TensorReduce result;
  llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), channels), dst = parseAccess(text.field("dst"), channels);
  if (!src || !dst)
    return llvm::joinErrors(src.takeError(), dst.takeError());
  std::optional<AluOp> op = aluOp(text.field("op"));
  if (!op)
    return makeError("found op={0}; the machine has no operator of that name", text.field("op"));
  result.op = *op;
  result.data = *src;
  result.dst = *dst;
  result.negate = text.field("negated") == "1";
  // X is the innermost dimension, XY the two innermost ones.
  result.num_dims = static_cast<uint8_t>(std::clamp<size_t>(text.field("dim").size(), 1, std::max<size_t>(1, src->rank)));
  return Payload(result);
}

llvm::Error Importer::dmaSide(const Record &record, const OperandText &text, llvm::StringRef side, DType type,
                              DmaPattern &pattern) {
  llvm::Expected<int64_t> bytes = text.number((side + "_elem_size").str());
  llvm::Expected<Pattern> walk = parsePattern(text.field((side + "_pattern").str()));
  if (!bytes || !walk)
    return llvm::joinErrors(bytes.takeError(), walk.takeError());
  unsigned size = sizeInBytes(type);
  if (*bytes < size || *bytes % size != 0 || *bytes > (1 << 30))
    return makeError("found {0}_elem_size={1}, allowed: a multiple of {2} bytes", side, *bytes, size);
  pattern.dtype = type;
  if (*bytes > size)
    pattern.dims[pattern.rank++] = {size, static_cast<uint32_t>(*bytes / size)};
  uint64_t reach = *bytes;
  for (auto [step, count] : llvm::zip(walk->steps, walk->counts)) {
    if (count == 1)
      continue;
    if (pattern.rank == pattern.dims.size())
      return makeError("found {0}_pattern={1}, allowed: up to 4 dimensions", side, text.field((side + "_pattern").str()));
    if (step < 0)
      return makeError("found a negative step in {0}_pattern; only forward DMAs are understood", side);
    pattern.dims[pattern.rank++] = {step, static_cast<uint32_t>(count)};
    reach += step * (count - 1);
  }

  // Where it begins.
  Pending use{record.engine, 0, side == "src", std::nullopt, 0};
  std::string immediate = (side + "_addr_imm").str();
  if (text.fields.count(immediate)) {
    llvm::Expected<int64_t> address = text.number(immediate);
    if (!address)
      return address.takeError();
    use.begin = *address;
  } else {
    llvm::Expected<int64_t> table = text.number((side + "_table_index").str());
    llvm::Expected<int64_t> offset = text.number((side + "_table_offset_imm").str(), 0);
    if (!table || !offset)
      return llvm::joinErrors(table.takeError(), offset.takeError());
    use.table = *table;
    use.begin = *offset;
  }
  if (!use.table && use.begin >= sbufBase && use.begin < sbufEnd) {
    pattern.memory = Memory::sbuf;
    pattern.address = use.begin - sbufBase;
    return llvm::Error::success();
  }
  if (reach > (uint64_t(1) << 34) || use.begin > UINT64_MAX - reach)
    return makeError("{0} reaches over {1} bytes of HBM; a core has less", side, reach);
  Region region{use.begin, use.begin + reach, use.isSource, !use.isSource};
  if (use.table) {
    auto [found, isNew] = tables.try_emplace(*use.table, region);
    found->second.begin = std::min(found->second.begin, region.begin);
    found->second.end = std::max(found->second.end, region.end);
    found->second.isRead |= region.isRead;
    found->second.isWritten |= region.isWritten;
  } else {
    regions.push_back(region);
  }
  pending.push_back(use);
  return llvm::Error::success();
}

llvm::Expected<Payload> Importer::dma(const Record &record, const OperandText &text) {
  DmaCopy copy;
  if (llvm::StringRef op = text.field("compute_op"); !op.empty() && op != "NONE")
    return makeError("found compute_op={0}; DMAs that compute are not understood", op);
  switch (record.engine) {
  case Engine::pool:
    copy.dge_mode = DgeMode::swdge;
    break;
  case Engine::sp:
  case Engine::act:
    copy.dge_mode = DgeMode::hwdge;
    break;
  default:
    return makeError("a DMA on engine {0}, allowed: sp, act, pool", name(record.engine));
  }
  // Without a cast only bytes move: the widest type that the sizes allow.
  DType types[2] = {DType::fp32, DType::fp32};
  llvm::StringRef names[2] = {text.field("in_dtype"), text.field("out_dtype")};
  for (int i = 0; i < 2; ++i) {
    if (std::optional<DType> type = parseType(names[i]); !names[i].empty() && !type)
      return makeError("found dtype {0}; the machine has none of that name", names[i]);
    else if (type)
      types[i] = *type;
  }
  if (names[0].empty() && names[1].empty()) {
    llvm::Expected<int64_t> from = text.number("src_elem_size"), to = text.number("dst_elem_size");
    if (!from || !to)
      return llvm::joinErrors(from.takeError(), to.takeError());
    int64_t sizes = *from | *to;
    types[0] = types[1] = sizes % 4 == 0 ? DType::fp32 : sizes % 2 == 0 ? DType::uint16 : DType::uint8;
  }
  if (llvm::Error error = dmaSide(record, text, "src", types[0], copy.src))
    return std::move(error);
  if (llvm::Error error = dmaSide(record, text, "dst", types[1], copy.dst))
    return std::move(error);
  return Payload(copy);
}

llvm::Expected<std::optional<Payload>> Importer::payloadOf(const Record &record, const OperandText &text) {
  llvm::StringRef opcode = record.opcode;
  auto some = [](llvm::Expected<Payload> payload) -> llvm::Expected<std::optional<Payload>> {
    if (!payload)
      return payload.takeError();
    return std::optional<Payload>(std::move(*payload));
  };
  auto runtime = [](RuntimeStep step) { return std::optional<Payload>(Runtime{step}); };
  if (opcode == "LDWEIGHTS" || opcode == "MATMUL")
    return some(pe(record, text));
  if (opcode == "DMA_DIRECT2D")
    return some(dma(record, text));
  if (opcode == "EVENT_SEMAPHORE")
    return std::optional<Payload>(EventSemaphore());
  if (opcode == "NOP")
    return text.waitsForRuntime ? runtime(RuntimeStep::event) : std::optional<Payload>(Nop());
  if (opcode == "DRAIN")
    return std::optional<Payload>(Drain());
  if (opcode == "NOTIFY")
    return runtime(RuntimeStep::notify);
  if (opcode == "WRITE")
    return runtime(RuntimeStep::write);
  if (opcode == "SET_ORDERING_MODE")
    return runtime(RuntimeStep::order);
  if (opcode == "EVENT_SEMAPHORE_RANGE_CLEAR")
    return runtime(RuntimeStep::clear);
  if (opcode == "TENSOR_LOAD") {
    llvm::Expected<Pattern> pattern = parsePattern(text.field("addr").drop_until([](char c) { return c == '['; }));
    if (!pattern)
      return pattern.takeError();
    return runtime(pattern->counts[0] > 1 ? RuntimeStep::load_pair : RuntimeStep::load);
  }
  if (opcode == "COMPARE_BRANCH") {
    // The dump shows which way it went: on to the next record. That on a flag is the runtime's.
    if (text.field("cmp_op") != "ALWAYS" && record.name.empty())
      return runtime(RuntimeStep::event);
    CompareBranch branch;
    branch.target = program.cores[0].stream(record.engine).size() + 1;
    return std::optional<Payload>(branch);
  }
  if (opcode == "ACT_TABLE_LOAD") {
    llvm::Expected<int64_t> table = text.number("table_sel", 0);
    if (!table)
      return table.takeError();
    if (*table < 0 || *table > 255)
      return makeError("found table_sel={0}, allowed: 0 to 255", *table);
    ActTableLoad load;
    load.table = static_cast<uint8_t>(*table);
    return std::optional<Payload>(load);
  }

  // Instructions of partitions.
  llvm::Expected<int64_t> channels = text.number("channels", 128);
  if (!channels)
    return channels.takeError();
  if (*channels < 1 || *channels > 128)
    return makeError("found channels={0}, allowed: 1 to 128", *channels);
  if (opcode == "ACTIVATE")
    return some(activation(text, *channels));
  if (opcode == "TENSOR_SCALAR")
    return some(tensorScalar(text, *channels));
  if (opcode == "TENSOR_REDUCE" || opcode == "POOL")
    return some(reduce(text, *channels));
  if (opcode == "COPY" || opcode == "CAST" || opcode == "RECIPROCAL") {
    llvm::Expected<AccessPattern> src = parseAccess(text.field("src"), *channels), dst = parseAccess(text.field("dst"), *channels);
    if (!src || !dst)
      return llvm::joinErrors(src.takeError(), dst.takeError());
    if (opcode == "RECIPROCAL")
      return std::optional<Payload>(Reciprocal{*dst, *src});
    return std::optional<Payload>(TensorCopy{*dst, *src});
  }
  return makeError("the opcode is not understood; allowed: LDWEIGHTS MATMUL ACTIVATE ACT_TABLE_LOAD COPY CAST "
                   "RECIPROCAL TENSOR_REDUCE TENSOR_SCALAR DMA_DIRECT2D and control instructions");
}

llvm::Error Importer::add(const Record &record) {
  if (record.opcode == "RELEASE") { // of a run of ours; the importer puts its own before the first record
    program.origins.push_back({});
    return llvm::Error::success();
  }
  llvm::Expected<OperandText> text = parseOperands(record.operands);
  if (!text)
    return fail(record, text.takeError());
  size_t numPending = pending.size();
  llvm::Expected<std::optional<Payload>> payload = payloadOf(record, *text);
  if (!payload)
    return fail(record, payload.takeError());
  std::vector<Instruction> &stream = program.cores[0].stream(record.engine);
  if (stream.empty() && record.name.empty()) { // the runtime starts the engine
    stream.emplace_back();
    stream.back().payload = Runtime{RuntimeStep::release};
  }

  // 1. All waits but the last by themselves.
  auto toWait = [](const Wait &wait) {
    return isa::Wait{uint16_t(wait.semaphore), wait.isEqual ? WaitCondition::equal : WaitCondition::greaterOrEqual,
                     {false, int32_t(wait.value)}};
  };
  Instruction instruction;
  instruction.origin = program.origins.size();
  program.origins.push_back({record.name, record.opcode, ""});
  for (const Wait &wait : text->waits) {
    if (instruction.wait) {
      Instruction before;
      before.payload = EventSemaphore();
      before.wait = instruction.wait;
      before.origin = instruction.origin;
      stream.push_back(before);
    }
    instruction.wait = toWait(wait);
  }
  // 2. The update: written beside, or a DMA's own.
  if (text->updates.size() > 1)
    return fail(record, makeError("found {0} updates, allowed: one", text->updates.size()));
  if (!text->updates.empty())
    instruction.update = text->updates[0];
  if (record.opcode == "DMA_DIRECT2D") {
    llvm::Expected<int64_t> semaphore = text->number("semaphore"), increment = text->number("sem_increment", 16);
    if (!semaphore || !increment)
      return fail(record, llvm::joinErrors(semaphore.takeError(), increment.takeError()));
    if (*semaphore < 0 || *semaphore >= int64_t(numSemaphores) || *increment < 0 || *increment > INT32_MAX)
      return fail(record, makeError("found semaphore={0} sem_increment={1}, allowed: semaphores below {2}", *semaphore,
                                    *increment, numSemaphores));
    instruction.update = Update{uint16_t(*semaphore), UpdateAction::add, {false, int32_t(*increment)}};
  }
  instruction.payload = std::move(**payload);
  // Targets count the instructions put in before them.
  if (auto *branch = std::get_if<CompareBranch>(&instruction.payload))
    branch->target = stream.size() + 1;
  for (size_t i = numPending; i < pending.size(); ++i)
    pending[i].index = stream.size();
  stream.push_back(std::move(instruction));
  return llvm::Error::success();
}

constexpr int64_t maxRepairs = 64; // records that a dump lacks in one place

/// A dump may lack a record. What it would have counted is counted where its address is missing.
void Importer::repairGaps() {
  // Updates seen and counts waited for, of semaphores that count up by one.
  std::map<unsigned, int64_t> counted, needed;
  std::map<unsigned, Engine> counter;
  for (unsigned kind = 0; kind < numEngines; ++kind)
    for (const Instruction &instruction : program.cores[0].streams[kind]) {
      if (instruction.update && instruction.update->action == UpdateAction::add) {
        counted[instruction.update->semaphore] += instruction.update->value.value;
        if (!instruction.info().isDma && !instruction.info().isControl)
          counter[instruction.update->semaphore] = Engine(kind);
      }
      if (instruction.wait && instruction.wait->condition == WaitCondition::greaterOrEqual)
        needed[instruction.wait->semaphore] =
            std::max<int64_t>(needed[instruction.wait->semaphore], instruction.wait->value.value);
    }
  for (auto [semaphore, engine] : counter) {
    int64_t missing = needed[semaphore] - counted[semaphore];
    if (missing <= 0)
      continue;
    // Record numbers of the stream's instructions: origins were added in the order of records.
    std::vector<Instruction> &stream = program.cores[0].stream(engine);
    for (size_t i = 1; i < stream.size() && missing > 0; ++i) {
      // What the importer put in has no record of its own; record 0 is the first of its engine.
      bool isBehindRecord = stream[i - 1].origin != 0 || (i == 1 && records[0].engine == engine);
      if (stream[i].origin == 0 || !isBehindRecord || std::holds_alternative<CompareBranch>(stream[i - 1].payload))
        continue;
      const Record &before = records[stream[i - 1].origin], &after = records[stream[i].origin];
      int64_t gap = std::min(missing, after.pc - before.pc - 1);
      if (gap > maxRepairs) // no dump that lacks a record or two: its waits are given, as dropGivenWaits says
        break;
      for (; gap > 0; --gap, --missing) {
        Instruction event;
        event.payload = EventSemaphore();
        event.update = Update{uint16_t(semaphore), UpdateAction::add, {false, 1}};
        event.origin = stream[i].origin;
        for (Pending &use : pending)
          use.index += use.engine == engine && use.index >= i;
        for (Instruction &instruction : stream)
          if (auto *branch = std::get_if<CompareBranch>(&instruction.payload))
            branch->target += branch->target > i;
        stream.insert(stream.begin() + i, event);
        ++i;
      }
    }
  }
}

/// A semaphore that nothing in the dump raises far enough was raised by somebody else: its waits hold from the start.
void Importer::dropGivenWaits() {
  std::map<unsigned, int64_t> counted;
  std::set<unsigned> set; // to a value
  for (auto &stream : program.cores[0].streams)
    for (const Instruction &instruction : stream)
      if (instruction.update) {
        if (instruction.update->action == UpdateAction::add)
          counted[instruction.update->semaphore] += instruction.update->value.value;
        else if (instruction.update->action == UpdateAction::set)
          set.insert(instruction.update->semaphore);
      }
  for (auto &stream : program.cores[0].streams)
    for (Instruction &instruction : stream)
      if (instruction.wait && !set.count(instruction.wait->semaphore) &&
          counted[instruction.wait->semaphore] < instruction.wait->value.value)
        instruction.wait.reset();
}

void Importer::addTensor(const std::string &name, Region &region, const Region &use) {
  region.address = llvm::alignTo(program.hbmSize, tensorAlignment);
  ProgramTensor tensor;
  tensor.name = name;
  tensor.kind = !use.isWritten ? TensorKind::input : !use.isRead ? TensorKind::output : TensorKind::scratch;
  tensor.dtype = tensor.hostType = DType::uint8;
  tensor.shape = {int64_t(region.end - region.begin)};
  tensor.address = region.address;
  program.hbmSize = region.address + (region.end - region.begin);
  program.tensors.push_back(std::move(tensor));
}

/// Gives each tensor and each region of HBM its place in the program.
llvm::Error Importer::placeTensors() {
  for (auto &[number, region] : tables)
    addTensor(llvm::formatv("tensor{0}", number), region, region);
  llvm::sort(regions, [](const Region &a, const Region &b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  std::vector<Region> merged;
  for (const Region &region : regions) {
    if (merged.empty() || region.begin >= merged.back().end) {
      merged.push_back(region);
      continue;
    }
    merged.back().end = std::max(merged.back().end, region.end);
    merged.back().isRead |= region.isRead;
    merged.back().isWritten |= region.isWritten;
  }
  for (Region &region : merged)
    addTensor(llvm::formatv("hbm_{0:x-}", region.begin), region, region);
  if (program.hbmSize > (uint64_t(1) << 36))
    return makeError("{0}: its DMAs reach over {1} bytes of HBM; no chip has so many", fileName, program.hbmSize);
  for (const Pending &use : pending) {
    auto &copy = std::get<DmaCopy>(program.cores[0].stream(use.engine)[use.index].payload);
    const Region *region = nullptr;
    if (use.table)
      region = &tables[*use.table];
    else
      region = &*std::prev(llvm::upper_bound(merged, use.begin,
                                             [](uint64_t address, const Region &r) { return address < r.begin; }));
    (use.isSource ? copy.src : copy.dst).address = region->address + (use.begin - region->begin);
  }
  return llvm::Error::success();
}

llvm::Expected<Program> Importer::run() {
  program.name = fileName.rsplit('/').second.empty() ? fileName.str() : fileName.rsplit('/').second.str();
  for (const Record &record : records)
    if (llvm::Error error = add(record))
      return std::move(error);
  repairGaps();
  dropGivenWaits();
  if (llvm::Error error = placeTensors())
    return std::move(error);
  return std::move(program);
}
} // namespace

llvm::Expected<Program> importProfile(llvm::ArrayRef<Record> records, llvm::StringRef fileName) {
  return Importer(records, fileName).run();
}

} // namespace tarn::profile
