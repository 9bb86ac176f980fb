// Vector instructions, and those that the Scalar and GpSimd engines share with it. Arithmetic is fp32 with
// conversions on the way in and out; bit operators see the bits; the GpSimd engine computes 32-bit integers
// exactly.
#include "Alu.h"
#include "Rows.h"

namespace tarn::sim {
using namespace isa;

namespace {

bool isInteger(DType type) { return !isFloat(type); }

/// out[i] = a[i] op b[i], or with the operands exchanged.
void applyRows(AluOp op, bool reverse, size_t size, const float *a, const float *b, float *out) {
  if (reverse)
    std::swap(a, b);
  withOperator(op, [&](auto f) {
    for (size_t i = 0; i < size; ++i)
      out[i] = f(a[i], b[i]);
  });
}

void applyScalar(AluOp op, bool reverse, size_t size, const float *a, float b, float *out) {
  withOperator(op, [&](auto f) {
    if (reverse)
      for (size_t i = 0; i < size; ++i)
        out[i] = f(b, a[i]);
    else
      for (size_t i = 0; i < size; ++i)
        out[i] = f(a[i], b);
  });
}

/// Whether a chain of operators works on integers as they are: bit operators anywhere, exact arithmetic on
/// GpSimd.
bool worksOnIntegers(const Context &context, llvm::ArrayRef<AluOp> ops, llvm::ArrayRef<DType> types) {
  if (llvm::any_of(ops, isBitOperator))
    return true;
  return context.engine == Engine::pool && llvm::all_of(types, isInteger);
}

int64_t applyInts(const Context &context, AluOp op, bool reverse, int64_t a, int64_t b, DType type) {
  if (reverse)
    std::swap(a, b);
  if (isBitOperator(op))
    return applyBits(op, a, b, 8 * sizeInBytes(type));
  return applyInteger(op, a, b);
}

} // namespace

llvm::Error execute(const TensorCopy &copy, Context &context) {
  if (auto error = checkSameShape(copy.dst, copy.src))
    return error;
  const Memory &memory = context.memory();
  Operand dst(copy.dst), src(copy.src);
  if (copy.dst.dtype == copy.src.dtype) {
    unsigned size = sizeInBytes(copy.dst.dtype);
    std::vector<char> row(size_t(src.walk.size) * size);
    for (unsigned p = 0; p < copy.dst.numPartitions; ++p) {
      loadRaw(size, src.walk, memory.row(copy.src, p), row.data());
      storeRaw(size, dst.walk, memory.row(copy.dst, p), row.data());
    }
    return llvm::Error::success();
  }
  if (isInteger(copy.dst.dtype) && isInteger(copy.src.dtype) && context.engine == Engine::pool) {
    std::vector<int64_t> row(src.walk.size);
    for (unsigned p = 0; p < copy.dst.numPartitions; ++p) {
      src.loadBits(memory, p, row.data());
      dst.storeBits(memory, p, row.data());
    }
    return llvm::Error::success();
  }
  std::vector<float> row(src.walk.size);
  for (unsigned p = 0; p < copy.dst.numPartitions; ++p) {
    src.load(memory, p, row.data());
    dst.store(memory, p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const Memset &set, Context &context) {
  Operand dst(set.dst);
  std::vector<float> row(dst.walk.size, set.value);
  for (unsigned p = 0; p < set.dst.numPartitions; ++p)
    dst.store(context.memory(), p, row.data());
  return llvm::Error::success();
}

llvm::Error execute(const TensorTensor &instruction, Context &context) {
  if (auto error = checkSameShape(instruction.dst, instruction.data1))
    return error;
  if (auto error = checkSameShape(instruction.dst, instruction.data2))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), data1(instruction.data1), data2(instruction.data2);
  size_t size = dst.walk.size;
  if (worksOnIntegers(context, instruction.op,
                      {instruction.dst.dtype, instruction.data1.dtype, instruction.data2.dtype})) {
    std::vector<int64_t> a(size), b(size);
    for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
      data1.loadBits(memory, p, a.data());
      data2.loadBits(memory, p, b.data());
      for (size_t i = 0; i < size; ++i)
        a[i] = applyInts(context, instruction.op, false, a[i], b[i], instruction.data1.dtype);
      dst.storeBits(memory, p, a.data());
    }
    return llvm::Error::success();
  }
  std::vector<float> a(size), b(size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data1.load(memory, p, a.data());
    data2.load(memory, p, b.data());
    applyRows(instruction.op, false, size, a.data(), b.data(), a.data());
    dst.store(memory, p, a.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const TensorScalar &instruction, Context &context) {
  if (auto error = checkSameShape(instruction.dst, instruction.data))
    return error;
  for (const ScalarOperand *scalar : {&instruction.operand0, &instruction.operand1})
    if (auto error = checkScalar(instruction.dst.numPartitions, *scalar))
      return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), data(instruction.data);
  ScalarReader operand0(memory, instruction.operand0), operand1(memory, instruction.operand1);
  size_t size = dst.walk.size;
  if (worksOnIntegers(context, {instruction.op0, instruction.op1}, {instruction.dst.dtype, instruction.data.dtype})) {
    std::vector<int64_t> a(size);
    for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
      data.loadBits(memory, p, a.data());
      int64_t x = toInteger(operand0(p)), y = toInteger(operand1(p));
      for (size_t i = 0; i < size; ++i) {
        int64_t first = applyInts(context, instruction.op0, instruction.reverse0, a[i], x, instruction.data.dtype);
        a[i] = instruction.op1 == AluOp::bypass
                   ? first
                   : applyInts(context, instruction.op1, instruction.reverse1, first, y, instruction.data.dtype);
      }
      dst.storeBits(memory, p, a.data());
    }
    return llvm::Error::success();
  }
  std::vector<float> a(size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(memory, p, a.data());
    applyScalar(instruction.op0, instruction.reverse0, size, a.data(), operand0(p), a.data());
    if (instruction.op1 != AluOp::bypass)
      applyScalar(instruction.op1, instruction.reverse1, size, a.data(), operand1(p), a.data());
    dst.store(memory, p, a.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const ScalarTensorTensor &instruction, Context &context) {
  if (auto error = checkSameShape(instruction.dst, instruction.data))
    return error;
  if (auto error = checkSameShape(instruction.dst, instruction.operand1))
    return error;
  if (auto error = checkScalar(instruction.dst.numPartitions, instruction.operand0))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), data(instruction.data), operand1(instruction.operand1);
  ScalarReader operand0(memory, instruction.operand0);
  size_t size = dst.walk.size;
  if (worksOnIntegers(context, {instruction.op0, instruction.op1},
                      {instruction.dst.dtype, instruction.data.dtype, instruction.operand1.dtype})) {
    std::vector<int64_t> a(size), b(size);
    for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
      data.loadBits(memory, p, a.data());
      operand1.loadBits(memory, p, b.data());
      int64_t x = toInteger(operand0(p));
      for (size_t i = 0; i < size; ++i)
        a[i] = applyInts(context, instruction.op1, instruction.reverse1,
                         applyInts(context, instruction.op0, instruction.reverse0, a[i], x, instruction.data.dtype),
                         b[i], instruction.data.dtype);
      dst.storeBits(memory, p, a.data());
    }
    return llvm::Error::success();
  }
  std::vector<float> a(size), b(size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(memory, p, a.data());
    operand1.load(memory, p, b.data());
    applyScalar(instruction.op0, instruction.reverse0, size, a.data(), operand0(p), a.data());
    applyRows(instruction.op1, instruction.reverse1, size, a.data(), b.data(), a.data());
    dst.store(memory, p, a.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const TensorReduce &instruction, Context &context) {
  size_t group = 1;
  for (unsigned i = 0; i < std::min<unsigned>(instruction.num_dims, instruction.data.rank); ++i)
    group *= instruction.data.dims[i].num;
  Operand dst(instruction.dst), data(instruction.data);
  if (group == 0 || size_t(dst.walk.size) * group != data.walk.size ||
      instruction.dst.numPartitions != instruction.data.numPartitions)
    return makeError("the result has {0} partitions of {1} elements; reducing {2} dimensions of the "
                     "operand gives {3} of {4}",
                     instruction.dst.numPartitions, dst.walk.size, instruction.num_dims, instruction.data.numPartitions,
                     group ? data.walk.size / group : 0);
  const Memory &memory = context.memory();
  if (isBitOperator(instruction.op)) {
    std::vector<int64_t> in(data.walk.size), out(dst.walk.size);
    for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
      data.loadBits(memory, p, in.data());
      for (size_t i = 0; i < out.size(); ++i) {
        out[i] = in[i * group];
        for (size_t k = 1; k < group; ++k)
          out[i] = applyInts(context, instruction.op, false, out[i], in[i * group + k], instruction.data.dtype);
      }
      dst.storeBits(memory, p, out.data());
    }
    return llvm::Error::success();
  }
  std::vector<float> in(data.walk.size), out(dst.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(memory, p, in.data());
    withOperator(instruction.op, [&](auto f) {
      for (size_t i = 0; i < out.size(); ++i) {
        float result = in[i * group];
        for (size_t k = 1; k < group; ++k)
          result = f(result, in[i * group + k]);
        out[i] = instruction.negate ? -result : result;
      }
    });
    dst.store(memory, p, out.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const Reciprocal &instruction, Context &context) {
  if (auto error = checkSameShape(instruction.dst, instruction.data))
    return error;
  Operand dst(instruction.dst), data(instruction.data);
  std::vector<float> row(dst.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(context.memory(), p, row.data());
    for (float &value : row)
      value = 1.0f / value;
    dst.store(context.memory(), p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const CopyPredicated &instruction, Context &context) {
  if (auto error = checkSameShape(instruction.dst, instruction.src))
    return error;
  if (auto error = checkSameShape(instruction.dst, instruction.predicate))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), src(instruction.src), predicate(instruction.predicate);
  std::vector<int64_t> mask(dst.walk.size);
  if (instruction.dst.dtype == instruction.src.dtype) { // bit exact
    std::vector<int64_t> to(mask.size()), from(mask.size());
    for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
      predicate.loadBits(memory, p, mask.data());
      src.loadBits(memory, p, from.data());
      dst.loadBits(memory, p, to.data());
      for (size_t i = 0; i < mask.size(); ++i)
        to[i] = (mask[i] != 0) != instruction.reverse_pred ? from[i] : to[i];
      dst.storeBits(memory, p, to.data());
    }
    return llvm::Error::success();
  }
  std::vector<float> to(mask.size()), from(mask.size());
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    predicate.loadBits(memory, p, mask.data());
    src.load(memory, p, from.data());
    dst.load(memory, p, to.data());
    for (size_t i = 0; i < mask.size(); ++i)
      to[i] = (mask[i] != 0) != instruction.reverse_pred ? from[i] : to[i];
    dst.store(memory, p, to.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const BnStats &instruction, Context &context) {
  if (instruction.dst.numElements() != 6 || instruction.dst.numPartitions != instruction.data.numPartitions)
    return makeError("the result has {0} elements a partition; it needs 6, and as many partitions as data",
                     instruction.dst.numElements());
  Operand dst(instruction.dst), data(instruction.data);
  std::vector<float> row(data.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(context.memory(), p, row.data());
    float result[6];
    for (size_t parity = 0; parity < 2; ++parity) {
      double count = 0, sum = 0, squares = 0;
      for (size_t i = parity; i < row.size(); i += 2, ++count)
        sum += row[i];
      double mean = count ? sum / count : 0;
      for (size_t i = parity; i < row.size(); i += 2)
        squares += (row[i] - mean) * (row[i] - mean);
      result[3 * parity] = float(count);
      result[3 * parity + 1] = float(mean);
      result[3 * parity + 2] = float(squares);
    }
    dst.store(context.memory(), p, result);
  }
  return llvm::Error::success();
}

llvm::Error execute(const BnAggr &instruction, Context &context) {
  if (instruction.dst.numElements() != 2 || instruction.data.numElements() % 3 ||
      instruction.dst.numPartitions != instruction.data.numPartitions)
    return makeError("{0} elements give {1}; it needs triples and gives mean and variance",
                     instruction.data.numElements(), instruction.dst.numElements());
  Operand dst(instruction.dst), data(instruction.data);
  std::vector<float> row(data.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(context.memory(), p, row.data());
    double count = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < row.size(); i += 3) {
      count += row[i];
      sum += double(row[i]) * row[i + 1];
    }
    double mean = count ? sum / count : 0;
    for (size_t i = 0; i < row.size(); i += 3)
      squares += row[i + 2] + row[i] * (row[i + 1] - mean) * (row[i + 1] - mean);
    float result[2] = {float(mean), float(count ? squares / count : 0)};
    dst.store(context.memory(), p, result);
  }
  return llvm::Error::success();
}

llvm::Error execute(const StreamShuffle &instruction, Context &context) {
  if (auto error = checkSameShape(instruction.dst, instruction.src))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), src(instruction.src);
  size_t size = dst.walk.size;
  unsigned partitions = instruction.dst.numPartitions;
  std::vector<float> rows(size * partitions);
  for (unsigned p = 0; p < partitions; ++p)
    src.load(memory, p, rows.data() + p * size);
  bool isExact = instruction.dst.dtype == instruction.src.dtype;
  unsigned elementSize = sizeInBytes(instruction.src.dtype);
  std::vector<char> raw(isExact ? size * partitions * elementSize : 0);
  if (isExact)
    for (unsigned p = 0; p < partitions; ++p)
      loadRaw(elementSize, src.walk, memory.row(instruction.src, p), raw.data() + p * size * elementSize);
  for (unsigned p = 0; p < partitions; ++p) {
    unsigned lane = instruction.mask[p % 32];
    if (lane == 255)
      continue;
    unsigned from = p / 32 * 32 + lane;
    if (lane >= 32 || from >= partitions)
      return makeError("the mask sends partition {0} to {1} of {2} partitions", from, p, partitions);
    if (isExact)
      storeRaw(elementSize, dst.walk, memory.row(instruction.dst, p), raw.data() + from * size * elementSize);
    else
      dst.store(memory, p, rows.data() + from * size);
  }
  return llvm::Error::success();
}

llvm::Error execute(const StreamTranspose &instruction, Context &context) {
  if (auto error = checkSameShape(instruction.dst, instruction.src))
    return error;
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), src(instruction.src);
  size_t size = dst.walk.size;
  unsigned partitions = instruction.dst.numPartitions;
  if (partitions % 32 || size % 32 || instruction.dst.dtype != instruction.src.dtype)
    return makeError("{0} partitions of {1} elements; both must be multiples of 32, and the dtypes "
                     "equal",
                     partitions, size);
  unsigned elementSize = sizeInBytes(instruction.src.dtype);
  std::vector<char> in(size * partitions * elementSize), out(in.size());
  for (unsigned p = 0; p < partitions; ++p)
    loadRaw(elementSize, src.walk, memory.row(instruction.src, p), in.data() + p * size * elementSize);
  for (unsigned p = 0; p < partitions; ++p)
    for (size_t i = 0; i < size; ++i) {
      size_t fromPartition = p / 32 * 32 + i % 32, fromElement = i / 32 * 32 + p % 32;
      std::copy_n(in.data() + (fromPartition * size + fromElement) * elementSize, elementSize,
                  out.data() + (p * size + i) * elementSize);
    }
  for (unsigned p = 0; p < partitions; ++p)
    storeRaw(elementSize, dst.walk, memory.row(instruction.dst, p), out.data() + p * size * elementSize);
  return llvm::Error::success();
}

} // namespace tarn::sim
