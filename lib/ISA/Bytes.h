// Little-endian bytes, written and read. A reader never goes past its end: it answers zeros and remembers that it failed.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <cstring>
#include <string>

namespace tarn::isa {

class ByteWriter {
public:
  explicit ByteWriter(llvm::SmallVectorImpl<char> &out) : out(out) {}
  void integer(uint64_t value, unsigned numBytes) {
    for (unsigned i = 0; i < numBytes; ++i)
      out.push_back(static_cast<char>(value >> (8 * i)));
  }
  void u8(uint64_t value) { integer(value, 1); }
  void u16(uint64_t value) { integer(value, 2); }
  void u32(uint64_t value) { integer(value, 4); }
  void u64(uint64_t value) { integer(value, 8); }
  void f32(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    u32(bits);
  }
  void text(llvm::StringRef value) {
    u32(value.size());
    out.append(value.begin(), value.end());
  }
  size_t size() const { return out.size(); }

private:
  llvm::SmallVectorImpl<char> &out;
};

class ByteReader {
public:
  explicit ByteReader(llvm::ArrayRef<char> bytes) : bytes(bytes) {}
  uint64_t integer(unsigned numBytes) {
    if (bytes.size() < numBytes) {
      failed = true;
      bytes = {};
      return 0;
    }
    uint64_t value = 0;
    for (unsigned i = 0; i < numBytes; ++i)
      value |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
    bytes = bytes.drop_front(numBytes);
    return value;
  }
  uint8_t u8() { return integer(1); }
  uint16_t u16() { return integer(2); }
  uint32_t u32() { return integer(4); }
  uint64_t u64() { return integer(8); }
  float f32() {
    uint32_t bits = u32();
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
  }
  std::string text() {
    uint32_t length = u32();
    if (length > bytes.size()) {
      failed = true;
      bytes = {};
      return "";
    }
    std::string result(bytes.data(), length);
    bytes = bytes.drop_front(length);
    return result;
  }
  size_t left() const { return bytes.size(); }
  /// Something that no writer writes was found.
  void fail() { failed = true; }
  bool hasFailed() const { return failed; }

private:
  llvm::ArrayRef<char> bytes;
  bool failed = false;
};

} // namespace tarn::isa
