// Walks the protocol-buffer wire format of a model by hand, since the library's own reader counts in `int`
// (no file beyond 2 GB) and copies every weight. Only the messages on the way to a TensorProto are looked
// into:
//
//   Model ─ graph ─► Graph ─ node ─► Node ─ attribute ─► Attribute ─ t, tensors ─► Tensor
//         ├ functions ─► Function ─┘  │                      ├ g, graphs ─► Graph
//         └ training_info             └ initializer ─► Tensor └ sparse_tensor(s) ─► Sparse ─► Tensor
//
// A field that is not longer than the limit is copied unread.
#include "WireReader.h"
#include "tarn/Support/AtomicFile.h"
#include <optional>

namespace tarn::onnxfile {
namespace {

enum class Message { Model, Training, Graph, Function, Node, Attribute, Sparse, Tensor };

/// The message inside field `number` of `message`, when a tensor may lie in it.
std::optional<Message> messageInside(Message message, uint64_t number) {
  switch (message) {
  case Message::Model:
    if (number == 7)
      return Message::Graph;
    if (number == 20)
      return Message::Training;
    if (number == 25)
      return Message::Function;
    break;
  case Message::Training:
    if (number == 1 || number == 2)
      return Message::Graph;
    break;
  case Message::Graph:
    if (number == 1)
      return Message::Node;
    if (number == 5)
      return Message::Tensor;
    if (number == 15)
      return Message::Sparse;
    break;
  case Message::Function:
    if (number == 7)
      return Message::Node;
    if (number == 11)
      return Message::Attribute;
    break;
  case Message::Node:
    if (number == 5)
      return Message::Attribute;
    break;
  case Message::Attribute:
    if (number == 5 || number == 10)
      return Message::Tensor;
    if (number == 6 || number == 11)
      return Message::Graph;
    if (number == 22 || number == 23)
      return Message::Sparse;
    break;
  case Message::Sparse:
    if (number == 1 || number == 2)
      return Message::Tensor;
    break;
  case Message::Tensor:
    break;
  }
  return std::nullopt;
}

/// Fields of TensorProto that hold elements as they lie in memory.
bool isElementField(uint64_t number) { return number == 4 || number == 9 || number == 10; }

void appendVarint(std::string &out, uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void appendBytesField(std::string &out, uint64_t number, llvm::StringRef bytes) {
  appendVarint(out, number << 3 | 2);
  appendVarint(out, bytes.size());
  out.append(bytes.data(), bytes.size());
}

class Copier {
public:
  Copier(llvm::StringRef file, size_t limit) : file(file), limit(limit) {}

  /// Appends the message that lies in [begin, end) to `out`.
  llvm::Error copy(Message message, size_t begin, size_t end, unsigned depth, std::string &out);

private:
  llvm::StringRef file;
  size_t limit;

  llvm::Expected<uint64_t> readVarint(size_t &position, size_t end) const {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      if (position == end)
        return makeError("truncated at byte {0}", position);
      uint8_t byte = file[position++];
      if (shift < 64)
        value |= uint64_t(byte & 0x7f) << shift;
      if (byte < 0x80)
        return value;
    }
    return makeError("a number at byte {0} is longer than ten bytes", position - 10);
  }
};

llvm::Error Copier::copy(Message message, size_t begin, size_t end, unsigned depth, std::string &out) {
  // As deep as the library's own reader goes.
  if (depth > 90)
    return makeError("messages are nested deeper than 90 levels at byte {0}", begin);
  struct Blob {
    uint64_t number;
    size_t offset, length;
  };
  std::optional<Blob> blob;
  size_t position = begin;
  while (position < end) {
    // 1. The field's number and extent.
    size_t fieldBegin = position;
    llvm::Expected<uint64_t> key = readVarint(position, end);
    if (!key)
      return key.takeError();
    uint64_t number = *key >> 3;
    size_t length = 0;
    switch (*key & 7) {
    case 0: {
      llvm::Expected<uint64_t> value = readVarint(position, end);
      if (!value)
        return value.takeError();
      break;
    }
    case 1:
      length = 8;
      break;
    case 5:
      length = 4;
      break;
    case 2: {
      llvm::Expected<uint64_t> found = readVarint(position, end);
      if (!found)
        return found.takeError();
      length = *found;
      break;
    }
    default:
      return makeError("byte {0} begins no field of an ONNX model (wire type {1})", fieldBegin, *key & 7);
    }
    if (number == 0)
      return makeError("byte {0} begins no field of an ONNX model (field number 0)", fieldBegin);
    if (length > end - position)
      return makeError("truncated: the field at byte {0} needs {1} bytes, {2} are left", fieldBegin, length,
                       end - position);
    size_t valueBegin = position;
    position += length;

    // 2. Take it out, look inside, or copy it.
    bool large = (*key & 7) == 2 && length > limit;
    if (large && message == Message::Tensor && isElementField(number)) {
      if (blob && number != 9)
        return makeError("the elements of the tensor at byte {0} are in several pieces", begin);
      blob = Blob{number, valueBegin, length};
      continue;
    }
    std::optional<Message> inside;
    if (large)
      inside = messageInside(message, number);
    if (!inside) {
      out.append(file.data() + fieldBegin, position - fieldBegin);
      continue;
    }
    std::string inner;
    if (llvm::Error error = copy(*inside, valueBegin, position, depth + 1, inner))
      return error;
    appendBytesField(out, number, inner);
  }
  if (!blob)
    return llvm::Error::success();

  // 3. What stands for the elements: three entries of external_data (13) and data_location = EXTERNAL (14).
  auto entry = [&](llvm::StringRef key, const std::string &value) {
    std::string text;
    appendBytesField(text, 1, key);
    appendBytesField(text, 2, value);
    appendBytesField(out, 13, text);
  };
  entry("location", mappedLocation);
  entry("offset", std::to_string(blob->offset));
  entry("length", std::to_string(blob->length));
  appendVarint(out, 14 << 3);
  appendVarint(out, 1);
  return llvm::Error::success();
}

} // namespace

llvm::Expected<std::string> leaveOutLargeTensors(llvm::StringRef bytes, size_t limit) {
  std::string out;
  if (llvm::Error error = Copier(bytes, limit).copy(Message::Model, 0, bytes.size(), 0, out))
    return std::move(error);
  return out;
}

} // namespace tarn::onnxfile
