// Scalar engine: y = f(x * scale + bias) in fp32, with an accumulator a partition.
#include "Alu.h"
#include "Functions.h"
#include "Rows.h"
#include <limits>

namespace tarn::sim {
using namespace isa;

llvm::Error execute(const ActTableLoad &, Context &) { return llvm::Error::success(); }

/// The sum of a row in fp32, in eight strands.
static float sumOf(llvm::ArrayRef<float> row) {
  float strands[8] = {};
  for (size_t i = 0; i < row.size(); ++i)
    strands[i % 8] += row[i];
  return ((strands[0] + strands[4]) + (strands[2] + strands[6])) +
         ((strands[1] + strands[5]) + (strands[3] + strands[7]));
}

/// Where an instruction goes on from its accumulators, that they hold something.
static llvm::Error checkSumsBegun(ReduceCommand command, const AccessPattern &dst, const Context &context) {
  if (command != ReduceCommand::reduce)
    return llvm::Error::success();
  return checkAccumulators(context.core.activationAccumulators, dst, "reset or reset_reduce");
}

llvm::Error execute(const Activation &instruction, Context &context) {
  if (auto error = checkSameShape(instruction.dst, instruction.data))
    return error;
  for (const ScalarOperand *scalar : {&instruction.scale, &instruction.bias})
    if (auto error = checkScalar(instruction.dst.numPartitions, *scalar))
      return error;
  if (auto error = checkSumsBegun(instruction.reduce_cmd, instruction.dst, context))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), data(instruction.data);
  ScalarReader scales(memory, instruction.scale), biases(memory, instruction.bias);
  std::vector<float> row(dst.walk.size);
  uint64_t outside = 0;
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(memory, p, row.data());
    float scale = scales(p), bias = biases(p);
    if (scale != 1)
      for (float &value : row)
        value *= scale;
    if (bias != 0)
      for (float &value : row)
        value += bias;
    outside += applyFunction(instruction.op, instruction.alpha, row.data(), row.size());
    // Accumulators belong to the partitions that the result goes to.
    std::optional<float> &accumulator = context.core.activationAccumulators[instruction.dst.startPartition + p];
    switch (instruction.reduce_cmd) {
    case ReduceCommand::idle:
      break;
    case ReduceCommand::reset:
      accumulator = 0;
      break;
    case ReduceCommand::reduce:
      *accumulator += sumOf(row);
      break;
    case ReduceCommand::reset_reduce:
      accumulator = sumOf(row);
      break;
    case ReduceCommand::load_reduce:
      break; // not on this engine: activation_c5
    }
    dst.store(memory, p, row.data());
  }
  if (outside)
    context.core.rangeWarnings[name(instruction.op).str()] += outside;
  return llvm::Error::success();
}

llvm::Error execute(const Activate2 &instruction, Context &context) {
  if (auto error = checkSumsBegun(instruction.reduce_cmd, instruction.dst, context))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), data(instruction.data);
  ScalarReader imm0(memory, instruction.imm0), imm1(memory, instruction.imm1);
  std::vector<float> row(dst.walk.size);
  uint64_t outside = 0;
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(memory, p, row.data());
    float first = imm0(p), second = imm1(p);
    withOperator(instruction.op0, [&](auto f) {
      withOperator(instruction.op1, [&](auto g) {
        for (float &value : row)
          value = g(f(value, first), second);
      });
    });
    outside += applyFunction(instruction.op, instruction.relu_param, row.data(), row.size());
    std::optional<float> &accumulator = context.core.activationAccumulators[instruction.dst.startPartition + p];
    bool begins =
        instruction.reduce_cmd == ReduceCommand::reset || instruction.reduce_cmd == ReduceCommand::reset_reduce;
    if (begins)
      accumulator = instruction.reduce_op == AluOp::max       ? -std::numeric_limits<float>::infinity()
                    : instruction.reduce_op == AluOp::min     ? std::numeric_limits<float>::infinity()
                    : instruction.reduce_op == AluOp::abs_min ? std::numeric_limits<float>::infinity()
                                                              : 0;
    if (instruction.reduce_cmd == ReduceCommand::reduce || instruction.reduce_cmd == ReduceCommand::reset_reduce) {
      if (instruction.reduce_op == AluOp::add)
        *accumulator += sumOf(row);
      else
        withOperator(instruction.reduce_op, [&](auto f) {
          for (float value : row)
            accumulator = f(*accumulator, value);
        });
    }
    dst.store(memory, p, row.data());
  }
  if (outside)
    context.core.rangeWarnings[name(instruction.op).str()] += outside;
  return llvm::Error::success();
}

llvm::Error execute(const ActReadAccumulator &instruction, Context &context) {
  if (instruction.dst.numElements() != 1)
    return makeError("the result has {0} elements a partition; it needs 1", instruction.dst.numElements());
  if (auto error = checkAccumulators(context.core.activationAccumulators, instruction.dst, "reset or reset_reduce"))
    return error;
  Operand dst(instruction.dst);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p)
    dst.store(context.memory(), p, &*context.core.activationAccumulators[instruction.dst.startPartition + p]);
  return llvm::Error::success();
}

} // namespace tarn::sim
