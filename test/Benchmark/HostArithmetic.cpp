#include "HostArithmetic.h"
#include <algorithm>
#include <cblas.h>
#include <cmath>
#include <cstring>

namespace tarn::bench {
using namespace isa;

static constexpr uint64_t most = 1 << 20; // elements of a buffer; longer passes go over it again

void HostArithmetic::addProduct(int rows, int columns, int depth, MatmulGroup group) {
  bool begins = unsigned(group) & 1;
  if (begins || products.empty() || products.back().rows != rows || products.back().columns != columns)
    products.push_back({rows, columns, 0});
  products.back().depth += depth;
}

void HostArithmetic::on(const sim::Started &event) {
  const Payload &payload = event.resolved.payload;
  auto isDouble = [](PerfMode mode) { return mode == PerfMode::double_row; };
  if (auto *load = std::get_if<LoadStationary>(&payload)) {
    int planes = isDouble(load->perf_mode) ? 2 : 1;
    stationaryRows = planes * load->data.numPartitions;
    stationaryColumns = load->data.numElements() / planes;
    return;
  }
  if (auto *matmul = std::get_if<Matmul>(&payload)) {
    if (!matmul->is_transpose)
      addProduct(stationaryColumns, matmul->moving.numElements() / (isDouble(matmul->perf_mode) ? 2 : 1),
                 stationaryRows, matmul->group);
    return;
  }
  if (event.resolved.info().isDma) {
    uint64_t bytes = 0;
    forEachAccess(
        event.resolved, [](const FieldInfo &, const AccessPattern &) {},
        [&](const FieldInfo &field, const DmaPattern &side) {
          if (isWritten(field.kind))
            bytes += side.numElements() * sizeInBytes(side.dtype);
        });
    dmas.push_back(bytes);
    return;
  }
  if (event.resolved.info().isControl || event.step.engine == Engine::pe)
    return;
  uint64_t read = 0, written = 0;
  unsigned operands = 0;
  forEachAccess(
      event.resolved,
      [&](const FieldInfo &field, const AccessPattern &pattern) {
        uint64_t elements = uint64_t(pattern.numElements()) * pattern.numPartitions;
        if (isWritten(field.kind)) {
          written = std::max(written, elements);
        } else if (pattern.numElements() > 1) {
          read = std::max(read, elements);
          ++operands;
        }
      },
      [](const FieldInfo &, const DmaPattern &) {});
  bool isTranscendental = false;
  if (auto *activation = std::get_if<Activation>(&payload))
    isTranscendental = activation->op != ActivationFunction::copy && activation->op != ActivationFunction::relu &&
                       activation->op != ActivationFunction::square && activation->op != ActivationFunction::abs &&
                       activation->op != ActivationFunction::prelu;
  if (!std::holds_alternative<TensorCopy>(payload)) // no arithmetic
    passes.push_back({isTranscendental ? Loop::exponential
                      : written < read ? Loop::sum
                      : operands > 1   ? Loop::binary
                                       : Loop::unary,
                      std::max(read, written)});
}

float HostArithmetic::compute() {
  a.resize(most, 0.5f);
  b.resize(most, 0.25f);
  c.resize(most, 0.125f);
  for (const Product &product : products) {
    auto [rows, columns, depth] = product;
    // Deep ones go over the buffers again.
    for (int done = 0; done < depth;) {
      int part = std::min<int>({depth - done, int(most) / rows, int(most) / columns});
      cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, rows, columns, part, 1.0f, a.data(), rows, b.data(), columns,
                  done ? 1.0f : 0.0f, c.data(), columns);
      done += part;
    }
  }
  float result = c[0];
  for (const Pass &pass : passes)
    for (uint64_t done = 0; done < pass.elements; done += most) {
      uint64_t count = std::min(most, pass.elements - done);
      float *out = c.data();
      const float *x = a.data(), *y = b.data();
      switch (pass.loop) {
      case Loop::unary:
        for (uint64_t i = 0; i < count; ++i)
          out[i] = x[i] * 1.5f + 0.5f;
        break;
      case Loop::binary:
        for (uint64_t i = 0; i < count; ++i)
          out[i] = x[i] * 1.5f + y[i];
        break;
      case Loop::exponential:
        for (uint64_t i = 0; i < count; ++i)
          out[i] = std::exp(x[i] * 0.5f - 0.5f);
        break;
      case Loop::sum: {
        float strands[8] = {};
        for (uint64_t i = 0; i + 8 <= count; i += 8)
          for (unsigned k = 0; k < 8; ++k)
            strands[k] += x[i + k];
        for (float strand : strands)
          result += strand;
        break;
      }
      }
      result += out[0];
    }
  return result;
}

float HostArithmetic::copies() {
  a.resize(most);
  b.resize(most);
  for (uint64_t bytes : dmas)
    for (uint64_t done = 0; done < bytes; done += most * sizeof(float))
      std::memcpy(b.data(), a.data(), std::min(most * sizeof(float), bytes - done));
  return b[0];
}

} // namespace tarn::bench
