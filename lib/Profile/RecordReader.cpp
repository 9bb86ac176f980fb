#include "RecordReader.h"
#include "ExtraKeys.h"
#include "tarn/ISA/Assembly.h"

namespace tarn::profile {
using namespace isa;

static constexpr llvm::StringLiteral knownOpcodes[] = {
    "LDWEIGHTS",    "MATMUL",      "ACTIVATE",       "ACT_TABLE_LOAD",    "COPY",
    "CAST",         "RECIPROCAL",  "POOL",           "TENSOR_REDUCE",     "TENSOR_SCALAR",
    "DMA_DIRECT2D", "NOP",         "DRAIN",          "EVENT_SEMAPHORE",   "NOTIFY",
    "WRITE",        "TENSOR_LOAD", "COMPARE_BRANCH", "SET_ORDERING_MODE", "EVENT_SEMAPHORE_RANGE_CLEAR"};

bool isKnownOpcode(llvm::StringRef opcode) { return llvm::is_contained(knownOpcodes, opcode); }

/// Partitions that an operand of the PE spans: "128*128" is rows times columns.
static llvm::Expected<unsigned> partitionsOf(const OperandText &text, unsigned which) {
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

llvm::Expected<Payload> RecordReader::pe(const Record &record, const OperandText &text) {
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
  llvm::Expected<AccessPattern> dst = parseAccess(text.field("dst"), *columns, isTranspose ? src->dtype : DType::fp32);
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

llvm::Expected<Payload> RecordReader::payload(const Record &record, const OperandText &text, ReadInstruction &result) {
  llvm::StringRef opcode = record.opcode;
  if (!isKnownOpcode(opcode))
    return makeError("the opcode is not understood; allowed: {0}", llvm::join(llvm::ArrayRef(knownOpcodes), " "));
  auto runtime = [](RuntimeStep step) { return Payload(Runtime{step}); };
  if (opcode == "LDWEIGHTS" || opcode == "MATMUL")
    return pe(record, text);
  if (opcode == "DMA_DIRECT2D")
    return dmaOf(record.engine, text, result.uses);
  if (opcode == "EVENT_SEMAPHORE")
    return Payload(EventSemaphore());
  if (opcode == "NOP")
    return text.waitsForRuntime ? runtime(RuntimeStep::event) : Payload(Nop());
  if (opcode == "DRAIN")
    return Payload(Drain());
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
    return Payload(CompareBranch());
  }
  if (opcode == "ACT_TABLE_LOAD") {
    llvm::Expected<int64_t> table = text.number("table_sel", 0);
    if (!table)
      return table.takeError();
    if (*table < 0 || *table > 255)
      return makeError("found table_sel={0}, allowed: 0 to 255", *table);
    ActTableLoad load;
    load.table = static_cast<uint8_t>(*table);
    return Payload(load);
  }

  // Instructions of partitions.
  llvm::Expected<int64_t> channels = text.number("channels", 128);
  if (!channels)
    return channels.takeError();
  if (*channels < 1 || *channels > 128)
    return makeError("found channels={0}, allowed: 1 to 128", *channels);
  if (opcode == "ACTIVATE")
    return activationOf(text, *channels);
  if (opcode == "TENSOR_SCALAR")
    return tensorScalarOf(text, *channels);
  if (opcode == "TENSOR_REDUCE" || opcode == "POOL")
    return reduceOf(text, *channels);
  return unaryOf(opcode, text, *channels);
}

/// The line of assembly that a run of ours wrote.
static llvm::Expected<Instruction> readInstruction(llvm::StringRef line, Engine engine) {
  // Directives may read files.
  if (llvm::any_of(line, [](unsigned char c) { return c < 32; }) || line.ltrim().starts_with(".") ||
      line.contains("incbin"))
    return makeError("{0}: found '{1}', allowed: one line of assembly", instructionKey, line);
  std::string text = (llvm::Twine(".") + name(engine) + "\n  " + line + "\n").str();
  llvm::Expected<Program> program = parseAssembly(text, instructionKey, ".", /*unchecked=*/true);
  if (!program)
    return program.takeError();
  std::vector<Instruction> &stream = program->cores[0].stream(engine);
  if (stream.size() != 1)
    return makeError("{0}: found '{1}', allowed: one instruction", instructionKey, line);
  return std::move(stream[0]);
}

llvm::Expected<ReadInstruction> RecordReader::read(const Record &record) {
  ReadInstruction result;
  if (!record.instruction.empty()) {
    llvm::Expected<Instruction> instruction = readInstruction(record.instruction, record.engine);
    if (!instruction)
      return instruction.takeError();
    result.instruction = std::move(*instruction);
    result.instruction.origin = 0;
    if (auto *load = std::get_if<LoadStationary>(&result.instruction.payload))
      isTranspose = load->is_transpose;
    return result;
  }
  llvm::Expected<OperandText> text = parseOperands(record.operands);
  if (!text)
    return text.takeError();
  llvm::Expected<Payload> read = payload(record, *text, result);
  if (!read)
    return read.takeError();
  Instruction &instruction = result.instruction;
  instruction.payload = std::move(*read);

  // 1. All waits but the last by themselves.
  for (const Wait &wait : text->waits) {
    if (instruction.wait)
      result.before.push_back(*instruction.wait);
    instruction.wait = isa::Wait{uint16_t(wait.semaphore),
                                 wait.isEqual ? WaitCondition::equal : WaitCondition::greaterOrEqual,
                                 {false, int32_t(wait.value)}};
  }
  // 2. The update: written beside, or a DMA's own.
  if (text->updates.size() > 1)
    return makeError("found {0} updates, allowed: one", text->updates.size());
  if (!text->updates.empty())
    instruction.update = text->updates[0];
  if (record.opcode == "DMA_DIRECT2D") {
    llvm::Expected<int64_t> semaphore = text->number("semaphore"), increment = text->number("sem_increment", 16);
    if (!semaphore || !increment)
      return llvm::joinErrors(semaphore.takeError(), increment.takeError());
    if (*semaphore < 0 || *semaphore >= int64_t(numSemaphores) || *increment < 0 || *increment > INT32_MAX)
      return makeError("found semaphore={0} sem_increment={1}, allowed: semaphores below {2}", *semaphore, *increment,
                       numSemaphores);
    instruction.update = Update{uint16_t(*semaphore), UpdateAction::add, {false, int32_t(*increment)}};
  }
  return result;
}

} // namespace tarn::profile
