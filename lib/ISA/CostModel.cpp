// Streaming laws of the engines: which law of the chip file holds for dtypes and memories, and what strides add.
#include "CostModel.h"

namespace tarn::isa {

namespace {
/// The innermost dimension with all that continues it, and how often it is repeated.
struct Run {
  uint64_t num = 1;
  uint64_t stepBytes = 0;
  uint64_t repeats = 1;
};

Run innerRun(const AccessPattern &pattern) {
  Run run;
  run.stepBytes = sizeInBytes(pattern.dtype);
  int64_t step = 0, next = 0;
  bool open = true;
  for (Dim dim : pattern.pattern()) {
    if (dim.num == 1)
      continue;
    if (run.num == 1 && open) {
      step = dim.step;
      run.num = dim.num;
      run.stepBytes = static_cast<uint64_t>(std::abs(step)) * sizeInBytes(pattern.dtype);
      next = step * dim.num;
    } else if (open && dim.step == next) {
      run.num *= dim.num;
      next *= dim.num;
    } else {
      open = false;
      run.repeats *= dim.num;
    }
  }
  return run;
}
} // namespace

uint64_t sectors(const AccessPattern &pattern, const Chip &chip) {
  Run run = innerRun(pattern);
  uint64_t sector = chip.sbuf.sectorBytes;
  return run.repeats * (run.stepBytes >= sector ? run.num : (run.num - 1) * run.stepBytes / sector + 1);
}

bool isContiguous(const AccessPattern &pattern) {
  Run run = innerRun(pattern);
  return run.stepBytes == sizeInBytes(pattern.dtype);
}

double issueNs(double completion, Engine engine, const Chip &chip) {
  switch (engine) {
  case Engine::act:
    return issueNs(completion, chip.act);
  case Engine::dve:
    return issueNs(completion, chip.dve);
  case Engine::pool:
    return issueNs(completion, chip.pool);
  case Engine::pe:
  case Engine::sp:
    break;
  }
  return completion;
}

double dveNs(const Law &law, const Chip &chip, std::initializer_list<const AccessPattern *> read, unsigned pointers) {
  double stream = 0;
  for (const AccessPattern *pattern : read) {
    stream = std::max(stream, law.nsPerElement * pattern->numElements());
    if (pattern->memory == Memory::sbuf)
      stream = std::max(stream, cyclesNs(chip.dve.sectorCycles * sectors(*pattern, chip), chip.dve));
  }
  return law.fixedNs + stream + pointers * chip.dve.pointerNs;
}

double actNs(const Law &law, const Chip &chip, const AccessPattern &read, int pointers, int included,
             double streamFactor) {
  double elements = read.numElements();
  double result = law.fixedNs + law.nsPerElement * elements * streamFactor + (pointers - included) * chip.act.pointerNs;
  if (read.memory == Memory::sbuf) {
    result += chip.act.excessSectorNs * std::max(0.0, 2.0 * sectors(read, chip) - elements);
    // Strides from 64 to 96 bytes grow slower towards three times the time (facts 5.4).
    double stride = innerRun(read).stepBytes / 4.0;
    result += chip.act.farStrideNs * elements * (std::clamp(stride, 16.0, 24.0) - 16);
  }
  return result;
}

// | from → to      | DVE law             | ACT law             |   (facts appendix B)
// | 16 → 16 bit    | copy_bf16           | copy_bf16           |
// | 32 → 16        | copy_fp32_to_bf16   | copy_fp32_to_bf16   |
// | 8, 16 → wider  | copy_bf16_to_fp32   | copy_bf16_to_fp32   |
// | 32 → 32        | copy_fp32, _int32   | copy_fp32           |
// | fp8 → fp8      | copy_fp8            | copy_bf16           |
// | any → 8        | copy_fp32_to_int8   | copy_fp32_to_bf16   |
// PSUM on a side has its own laws. A strided 16-bit copy runs at half the rate of a contiguous one (facts 5.3).
double copyNs(const TensorCopy &self, Engine engine, const Chip &chip) {
  unsigned from = sizeInBytes(self.src.dtype), to = sizeInBytes(self.dst.dtype);
  bool psum = self.src.memory == Memory::psum || self.dst.memory == Memory::psum;
  if (engine == Engine::pool)
    return poolNs(chip.pool.elementwise, self.dst);
  if (engine == Engine::act) {
    const Law &law = psum        ? (to < 4                    ? chip.act.copyPsumToBf16
                                    : isFloat(self.src.dtype) ? chip.act.copyPsumFp32
                                                              : chip.act.copyPsumInt32)
                     : from < to ? chip.act.copyBf16ToFp32
                     : to == 4   ? chip.act.copyFp32
                     : from == 4 ? chip.act.copyFp32ToBf16
                                 : chip.act.copyBf16;
    return actNs(law, chip, self.src, 0, 0);
  }
  const Law &law = psum ? (to < 4 ? chip.dve.copyPsumToBf16 : chip.dve.copyPsumFp32)
                   : isFp8(self.src.dtype) && isFp8(self.dst.dtype) ? chip.dve.copyFp8
                   : from < to                                      ? chip.dve.copyBf16ToFp32
                   : to == 1                                        ? chip.dve.copyFp32ToInt8
                   : from == 4 && to == 2                           ? chip.dve.copyFp32ToBf16
                   : to == 2
                       ? (isContiguous(self.src) && isContiguous(self.dst) ? chip.dve.copyBf16 : chip.dve.copyFp32)
                   : self.src.dtype != self.dst.dtype ? chip.dve.copyFp32ToInt32
                                                      : chip.dve.copyFp32;
  return dveNs(law, chip, {&self.src});
}

double tensorTensorNs(const TensorTensor &self, Engine engine, const Chip &chip) {
  if (engine == Engine::pool)
    return poolNs(chip.pool.elementwise, self.dst);
  bool psum = self.data1.memory == Memory::psum || self.data2.memory == Memory::psum || self.dst.memory == Memory::psum;
  bool narrow =
      sizeInBytes(self.data1.dtype) == 2 && sizeInBytes(self.data2.dtype) == 2 && sizeInBytes(self.dst.dtype) == 2;
  const Law &law = psum ? chip.dve.tensorTensorPsum : narrow ? chip.dve.tensorTensorBf16 : chip.dve.tensorTensorFp32;
  return dveNs(law, chip, {&self.data1, &self.data2});
}

double tensorScalarNs(const TensorScalar &self, Engine engine, const Chip &chip) {
  unsigned numPointers = pointers(self.operand0) + pointers(self.operand1);
  bool fromPsum = self.data.memory == Memory::psum, toPsum = self.dst.memory == Memory::psum;
  if (engine == Engine::pool)
    return poolNs(chip.pool.elementwise, self.dst);
  if (engine == Engine::act)
    return actNs(fromPsum ? chip.act.affinePsum : chip.act.affineFp32, chip, self.data, numPointers, 0);
  bool narrow = sizeInBytes(self.data.dtype) == 2 && sizeInBytes(self.dst.dtype) == 2 && isContiguous(self.data) &&
                isContiguous(self.dst);
  const Law &law = fromPsum || toPsum ? chip.dve.tensorScalarPsum
                   : narrow           ? chip.dve.tensorScalarBf16
                                      : chip.dve.tensorScalarFp32;
  return dveNs(law, chip, {&self.data}, numPointers);
}

double activationNs(const Activation &self, const Chip &chip) {
  int numPointers = pointers(self.scale) + pointers(self.bias);
  bool fromPsum = self.data.memory == Memory::psum, toPsum = self.dst.memory == Memory::psum;
  bool wide = sizeInBytes(self.data.dtype) == 4, toNarrow = sizeInBytes(self.dst.dtype) < 4;
  // The law to PSUM includes one pointer and knows no case without.
  if (toPsum)
    return actNs(chip.act.affineToPsum, chip, self.data, std::max(numPointers, 1), 1);
  if (self.op == ActivationFunction::copy) {
    const Law &law = fromPsum   ? chip.act.affinePsum
                     : !wide    ? chip.act.affineBf16
                     : toNarrow ? chip.act.affineFp32ToBf16
                                : chip.act.affineFp32;
    return actNs(law, chip, self.data, numPointers, 0);
  }
  // From PSUM the law is that of narrow results; wide ones stream an element a cycle (facts 5.3).
  const Law widePsum{chip.act.functionPsum.fixedNs, 1e9 / chip.act.clockHz};
  const Law &law = fromPsum   ? toNarrow ? chip.act.functionPsum : widePsum
                   : !wide    ? chip.act.functionBf16
                   : toNarrow ? chip.act.functionFp32ToBf16
                              : chip.act.functionFp32;
  bool composite = llvm::is_contained(chip.act.compositeFunctions, name(self.op));
  return actNs(law, chip, self.data, numPointers, 1, composite ? chip.act.compositeFactor : 1);
}

double activate2Ns(const Activate2 &self, const Chip &chip) {
  Activation same;
  same.dst = self.dst;
  same.data = self.data;
  same.op = self.op;
  same.scale = self.imm0;
  same.bias = self.imm1;
  return activationNs(same, chip);
}

double gatherNs(const AccessPattern &src, const AccessPattern &dst, Engine engine, const Chip &chip) {
  TensorCopy copy;
  copy.dst = copy.src = dst;
  copy.dst.rank = copy.src.rank = 1;
  copy.dst.dims[0] = copy.src.dims[0] = {1, dst.numElements()};
  copy.src.dtype = src.dtype;
  copy.src.memory = src.memory;
  return copyNs(copy, engine, chip);
}

// Four bytes in a word, of which the array takes as many columns a cycle as of narrow floats.
double streamCycles(const LoadStationaryMx &self, const Chip &chip) {
  return (self.data.numElements() + chip.pe.fastLoadColumns - 1) / chip.pe.fastLoadColumns;
}
double streamCycles(const MatmulMx &self, const Chip &chip) {
  return std::max<int64_t>(chip.pe.minMatmulCycles, self.moving.numElements());
}
// All dtypes that an index finds are narrow.
double streamCycles(const LoadStationaryGather &self, const Chip &chip) {
  return (self.index.numElements() + chip.pe.fastLoadColumns - 1) / chip.pe.fastLoadColumns;
}
double streamCycles(const MatmulGather &self, const Chip &chip) {
  return std::max<int64_t>(chip.pe.minMatmulCycles, self.index.numElements());
}
double matmulStreamNs(const MatmulMx &self, const Chip &chip) {
  double excess = std::max(0.0, 2.0 * sectors(self.moving, chip) - self.moving.numElements());
  return cyclesNs(streamCycles(self, chip), chip.pe) + chip.pe.excessSectorNs * excess;
}

double streamCycles(const LoadStationary &self, const Chip &chip) {
  uint64_t columns = self.data.numElements() / (self.perf_mode == PerfMode::double_row ? 2 : 1);
  if (sizeInBytes(self.data.dtype) <= 2)
    return (columns + chip.pe.fastLoadColumns - 1) / chip.pe.fastLoadColumns;
  return self.fp32_mode == Fp32Mode::full ? columns : columns * chip.pe.fp32LoadFactor;
}

static int64_t passesOf(const Matmul &self, const Chip &chip) {
  return self.moving.dtype == DType::fp32 && !self.is_moving_onezero ? chip.pe.fp32Passes : 1;
}

double streamCycles(const Matmul &self, const Chip &chip) {
  return std::max<int64_t>(chip.pe.minMatmulCycles, self.dst.numElements()) * passesOf(self, chip);
}

double matmulStreamNs(const Matmul &self, const Chip &chip) {
  double excess = std::max(0.0, 2.0 * sectors(self.moving, chip) - self.moving.numElements());
  return cyclesNs(streamCycles(self, chip), chip.pe) + chip.pe.excessSectorNs * excess * passesOf(self, chip);
}

double branchNs(Engine engine, const Chip &chip) {
  switch (engine) {
  case Engine::pe:
    return chip.control.branchPeNs;
  case Engine::act:
    return chip.control.branchActNs;
  case Engine::dve:
    return chip.control.branchDveNs;
  case Engine::pool:
    return chip.control.branchPoolNs;
  case Engine::sp:
    break;
  }
  return chip.control.branchSpNs;
}

double runtimeNs(const Runtime &self, Engine engine, const Chip &chip) {
  const Chip::Launch &launch = chip.launch;
  const PerEngine *steps[] = {&launch.releaseNs,  &launch.eventNs,  &launch.writeNs, &launch.loadNs,
                              &launch.loadPairNs, &launch.notifyNs, &launch.orderNs, &launch.clearNs};
  return (*steps[static_cast<unsigned>(self.step)])[static_cast<unsigned>(engine)];
}

double runtimeGapNs(const Runtime &self, Engine engine, const Chip &chip) {
  const PerEngine none;
  const PerEngine &gap = self.step == RuntimeStep::release     ? none
                         : self.step == RuntimeStep::load_pair ? chip.launch.loadPairGapNs
                         : self.step == RuntimeStep::order     ? chip.launch.orderGapNs
                                                               : chip.control.gapNs;
  return gap[static_cast<unsigned>(engine)];
}

} // namespace tarn::isa
