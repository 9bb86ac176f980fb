// Vector engine: scans, and instructions that reduce into its accumulators.
#include "Alu.h"
#include "Rows.h"
#include <limits>

namespace tarn::sim {
using namespace isa;

namespace {

float identityOf(AluOp op) {
  switch (op) {
  case AluOp::mult:
    return 1;
  case AluOp::max:
    return -std::numeric_limits<float>::infinity();
  case AluOp::min:
    return std::numeric_limits<float>::infinity();
  default:
    return 0;
  }
}

/// What `command` makes of an accumulator before the first element.
float beginWith(ReduceCommand command, AluOp op, std::optional<float> accumulator, float given) {
  switch (command) {
  case ReduceCommand::idle:
  case ReduceCommand::reduce:
    return *accumulator;
  case ReduceCommand::reset:
  case ReduceCommand::reset_reduce:
    return identityOf(op);
  case ReduceCommand::load_reduce:
    return given;
  }
  llvm_unreachable("all commands are handled");
}

/// Reduces a row into the accumulator of a lane.
void reduce(ReduceCommand command, AluOp op, float given, llvm::ArrayRef<float> row,
            std::optional<float> &accumulator) {
  if (command == ReduceCommand::idle)
    return;
  accumulator = beginWith(command, op, accumulator, given);
  if (command == ReduceCommand::reset)
    return;
  withOperator(op, [&](auto f) {
    float value = *accumulator;
    for (float element : row)
      value = f(value, element);
    accumulator = value;
  });
}

/// The accumulator of the lane that row p of the result goes to.
std::optional<float> &accumulatorOf(Context &context, const AccessPattern &dst, unsigned p) {
  return context.core.vectorAccumulators[dst.startPartition + p];
}

llvm::Error checkAccumulators(const Context &context, const AccessPattern &dst) {
  return sim::checkAccumulators(context.core.vectorAccumulators, dst, "reset, reset_reduce or load_reduce");
}
/// Where an instruction goes on from its accumulators, that they hold something.
llvm::Error checkBegun(ReduceCommand command, const AccessPattern &dst, const Context &context) {
  return command == ReduceCommand::reduce ? checkAccumulators(context, dst) : llvm::Error::success();
}

bool compares(AluOp op, float a, float b) {
  float result = 0;
  withOperator(op, [&](auto f) { result = f(a, b); });
  return result != 0;
}

} // namespace

llvm::Error execute(const TensorTensorScan &scan, Context &context) {
  const Memory &memory = context.memory();
  Operand dst(scan.dst), data0(scan.data0), data1(scan.data1);
  ScalarReader initial(memory, scan.initial);
  std::vector<float> a(dst.walk.size), b(dst.walk.size);
  for (unsigned p = 0; p < scan.dst.numPartitions; ++p) {
    data0.load(memory, p, a.data());
    data1.load(memory, p, b.data());
    float result = initial(p);
    withOperator(scan.op0, [&](auto f) {
      withOperator(scan.op1, [&](auto g) {
        for (size_t i = 0; i < a.size(); ++i) {
          float first = scan.reverse0 ? f(result, a[i]) : f(a[i], result);
          a[i] = result = scan.reverse1 ? g(b[i], first) : g(first, b[i]);
        }
      });
    });
    dst.store(memory, p, a.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const TensorScalarCumulative &scan, Context &context) {
  if (auto error = checkBegun(scan.reduce_cmd, scan.dst, context))
    return error;
  const Memory &memory = context.memory();
  Operand dst(scan.dst), src(scan.src);
  ScalarReader imm0(memory, scan.imm0), imm1(memory, scan.imm1);
  std::vector<float> row(dst.walk.size);
  for (unsigned p = 0; p < scan.dst.numPartitions; ++p) {
    src.load(memory, p, row.data());
    std::optional<float> &accumulator = accumulatorOf(context, scan.dst, p);
    float operand = imm0(p);
    float value = beginWith(scan.reduce_cmd, scan.op1, accumulator, imm1(p));
    withOperator(scan.op0, [&](auto f) {
      withOperator(scan.op1, [&](auto g) {
        for (float &element : row)
          element = value = g(f(element, operand), value);
      });
    });
    accumulator = value;
    dst.store(memory, p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const TensorScalarReduce &instruction, Context &context) {
  if (auto error = checkBegun(instruction.reduce_cmd, instruction.dst, context))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), data(instruction.data);
  ScalarReader operand0(memory, instruction.operand0), given(memory, instruction.reduce_init);
  std::vector<float> row(dst.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(memory, p, row.data());
    float operand = operand0(p);
    withOperator(instruction.op0, [&](auto f) {
      for (float &element : row)
        element = instruction.reverse0 ? f(operand, element) : f(element, operand);
    });
    reduce(instruction.reduce_cmd, instruction.reduce_op, given(p), row, accumulatorOf(context, instruction.dst, p));
    dst.store(memory, p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const SelectReduce &select, Context &context) {
  if (auto error = checkBegun(select.reduce_cmd, select.dst, context))
    return error;
  const Memory &memory = context.memory();
  Operand dst(select.dst), onTrue(select.on_true), predicate(select.predicate);
  ScalarReader onFalse(memory, select.on_false), given(memory, select.reduce_init);
  std::vector<float> row(dst.walk.size);
  std::vector<int64_t> mask(dst.walk.size);
  for (unsigned p = 0; p < select.dst.numPartitions; ++p) {
    onTrue.load(memory, p, row.data());
    predicate.loadBits(memory, p, mask.data());
    float other = onFalse(p);
    for (size_t i = 0; i < row.size(); ++i)
      if ((mask[i] != 0) == select.reverse_pred)
        row[i] = other;
    reduce(select.reduce_cmd, select.reduce_op, given(p), row, accumulatorOf(context, select.dst, p));
    dst.store(memory, p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const RangeSelect &select, Context &context) {
  if (auto error = checkBegun(select.reduce_cmd, select.dst, context))
    return error;
  const Memory &memory = context.memory();
  Operand dst(select.dst), onTrue(select.on_true);
  ScalarReader bound0(memory, select.bound0), bound1(memory, select.bound1);
  std::vector<float> row(dst.walk.size);
  for (unsigned p = 0; p < select.dst.numPartitions; ++p) {
    onTrue.load(memory, p, row.data());
    float first = bound0(p), second = bound1(p);
    for (size_t i = 0; i < row.size(); ++i) {
      float index = select.range_start + static_cast<float>(i);
      if (!compares(select.comp_op0, index, first) || !compares(select.comp_op1, index, second))
        row[i] = select.on_false;
    }
    reduce(select.reduce_cmd, select.reduce_op, 0, row, accumulatorOf(context, select.dst, p));
    dst.store(memory, p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const Exponential &instruction, Context &context) {
  if (auto error = checkBegun(instruction.reduce_cmd, instruction.dst, context))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), src(instruction.src);
  ScalarReader most(memory, instruction.max_value), given(memory, instruction.reduce_init);
  std::vector<float> row(dst.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    src.load(memory, p, row.data());
    float largest = most(p);
    for (float &element : row)
      element = static_cast<float>(std::exp(double(element - largest)));
    reduce(instruction.reduce_cmd, AluOp::add, given(p), row, accumulatorOf(context, instruction.dst, p));
    dst.store(memory, p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const DveReadAccumulator &instruction, Context &context) {
  if (auto error = checkAccumulators(context, instruction.dst))
    return error;
  Operand dst(instruction.dst);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    float value = *accumulatorOf(context, instruction.dst, p);
    value = instruction.negate ? -value : value;
    dst.store(context.memory(), p, &value);
  }
  return llvm::Error::success();
}

} // namespace tarn::sim
