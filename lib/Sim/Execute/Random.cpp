// Random numbers: generators, their seeds and states, dropout.
#include "Rows.h"
#include "tarn/Sim/RandomNumbers.h"

namespace tarn::sim {
using namespace isa;

uint32_t Xorwow::next() {
  auto &[x, y, z, w, v, d] = words;
  uint32_t t = x ^ x >> 2;
  x = y;
  y = z;
  z = w;
  w = v;
  v = (v ^ v << 4) ^ (t ^ t << 1);
  return (d += 362437) + v;
}

static Xorwow seeded(uint64_t seed) {
  Xorwow result;
  for (unsigned i = 0; i < result.words.size(); ++i)
    result.words[i] = static_cast<uint32_t>(mixed(seed, i)) | 1; // not all 0
  return result;
}

RandomNumbers::RandomNumbers(int64_t coreVersion, unsigned lanes, uint64_t seed)
    : pool(lanes), vector4(lanes), hasXorwow(coreVersion >= 4), registers(lanes) {
  for (unsigned lane = 0; lane < lanes; ++lane)
    pool[lane] = seeded(mixed(seed, 1000 + lane));
  seedVector(seed);
}

void RandomNumbers::seedVector(uint64_t seed) {
  for (unsigned lane = 0; lane < registers.size(); ++lane) {
    uint64_t own = mixed(seed, lane);
    registers[lane] = static_cast<uint32_t>(own) | 1; // a register of 0 stays 0
    for (unsigned i = 0; i < 4; ++i)
      vector4[lane][i] = seeded(mixed(own, i));
  }
}

uint32_t RandomNumbers::vectorBits(unsigned lane, uint64_t element) {
  if (hasXorwow)
    return vector4[lane][element % 4].next();
  uint32_t &bits = registers[lane];
  for (unsigned i = 0; i < 32; ++i)
    bits = bits >> 1 ^ (0u - (bits & 1) & 0xa3000000u);
  return bits;
}

llvm::Error execute(const SetRngSeed &instruction, Context &context) {
  int64_t seed;
  Operand(instruction.seed).loadBits(context.memory(), 0, &seed);
  context.core.random.seedVector(static_cast<uint32_t>(seed));
  return llvm::Error::success();
}

llvm::Error execute(const Rng &instruction, Context &context) {
  Operand dst(instruction.dst);
  std::vector<int64_t> row(dst.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    unsigned lane = instruction.dst.startPartition + p;
    for (size_t i = 0; i < row.size(); ++i)
      row[i] =
          context.engine == Engine::pool ? context.core.random.poolBits(lane) : context.core.random.vectorBits(lane, i);
    dst.storeBits(context.memory(), p, row.data());
  }
  return llvm::Error::success();
}

/// The words of a lane's generators on an engine, in order.
template <typename F> static void forEachWord(Context &context, unsigned lane, F &&f) {
  RandomNumbers &random = context.core.random;
  unsigned index = 0;
  if (context.engine == Engine::pool) {
    for (uint32_t &word : random.pool[lane].words)
      f(index++, word);
    return;
  }
  for (Xorwow &generator : random.vector4[lane])
    for (uint32_t &word : generator.words)
      f(index++, word);
}

llvm::Error execute(const RandSetState &instruction, Context &context) {
  Operand src(instruction.src);
  std::vector<int64_t> row(src.walk.size);
  for (unsigned p = 0; p < instruction.src.numPartitions; ++p) {
    src.loadBits(context.memory(), p, row.data());
    forEachWord(context, instruction.src.startPartition + p,
                [&](unsigned i, uint32_t &word) { word = static_cast<uint32_t>(row[i]); });
  }
  return llvm::Error::success();
}

llvm::Error execute(const RandGetState &instruction, Context &context) {
  Operand dst(instruction.dst);
  std::vector<int64_t> row(dst.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    forEachWord(context, instruction.dst.startPartition + p, [&](unsigned i, uint32_t &word) { row[i] = word; });
    dst.storeBits(context.memory(), p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const Rand2 &instruction, Context &context) {
  Operand dst(instruction.dst);
  ScalarReader min(context.memory(), instruction.min), max(context.memory(), instruction.max);
  std::vector<float> row(dst.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    float low = min(p), high = max(p);
    for (size_t i = 0; i < row.size(); ++i) {
      // 24 bits: every fp32 of that grid in [0, 1) is exact.
      float part = float(context.core.random.vectorBits(instruction.dst.startPartition + p, i) >> 8) * 0x1p-24f;
      row[i] = low + part * (high - low);
    }
    dst.store(context.memory(), p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const Dropout &instruction, Context &context) {
  Operand dst(instruction.dst), data(instruction.data);
  ScalarReader prob(context.memory(), instruction.prob);
  std::vector<float> row(dst.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(context.memory(), p, row.data());
    double limit = double(prob(p)) * 0x1p32;
    for (size_t i = 0; i < row.size(); ++i) {
      bool isBelow = context.core.random.vectorBits(instruction.data.startPartition + p, i) < limit;
      if (isBelow == (instruction.rate == DropoutRate::drop))
        row[i] = 0;
    }
    dst.store(context.memory(), p, row.data());
  }
  return llvm::Error::success();
}

} // namespace tarn::sim
