// NumPy's array files: a magic string, a version, a header that is the text of a Python dictionary, the
// elements.
//
//   \x93NUMPY  major minor  header-length (2 bytes little endian; 4 from version 2)
//   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   padded with blanks, closed by a newline
//
// bfloat16 has no name of NumPy's own; packages that add it store two opaque bytes, 'V2'.
#include "TensorFiles.h"
#include "tarn/Support/AtomicFile.h"
#include <cstring>
#include <optional>

namespace tarn {
namespace {

struct Header {
  std::optional<std::string> descr;
  std::optional<bool> fortranOrder;
  std::optional<Shape> shape;
};

// The few forms of Python literals that such a header is made of.
class HeaderParser {
public:
  explicit HeaderParser(llvm::StringRef text) : rest(text) {}

  llvm::Expected<Header> parse() {
    Header header;
    if (!take('{'))
      return unexpected("'{'");
    while (!take('}')) {
      auto key = quoted();
      if (!key || !take(':'))
        return unexpected("a quoted key and ':'");
      if (*key == "descr") {
        header.descr = quoted();
        if (!header.descr)
          return unexpected("a plain element type in quotes");
      } else if (*key == "fortran_order") {
        header.fortranOrder = boolean();
        if (!header.fortranOrder)
          return unexpected("True or False");
      } else if (*key == "shape") {
        header.shape = tuple();
        if (!header.shape)
          return unexpected("a tuple of numbers");
      } else {
        return makeError("unknown key '{0}' in the npy header", *key);
      }
      if (!take(',') && !rest.ltrim().starts_with("}"))
        return unexpected("',' or '}'");
    }
    if (!header.descr || !header.fortranOrder || !header.shape)
      return makeError("the npy header needs the keys 'descr', 'fortran_order' and 'shape'");
    return header;
  }

private:
  llvm::Error unexpected(llvm::StringRef wanted) {
    return makeError("npy header: expected {0} at '{1}'", wanted, rest.ltrim().take_front(20));
  }
  bool take(char c) {
    rest = rest.ltrim();
    return rest.consume_front(llvm::StringRef(&c, 1));
  }
  std::optional<std::string> quoted() {
    rest = rest.ltrim();
    char quote = rest.empty() ? 0 : rest.front();
    if (quote != '\'' && quote != '"')
      return std::nullopt;
    size_t end = rest.find(quote, 1);
    if (end == llvm::StringRef::npos)
      return std::nullopt;
    std::string text = rest.slice(1, end).str();
    rest = rest.drop_front(end + 1);
    return text;
  }
  std::optional<bool> boolean() {
    rest = rest.ltrim();
    if (rest.consume_front("True"))
      return true;
    if (rest.consume_front("False"))
      return false;
    return std::nullopt;
  }
  std::optional<Shape> tuple() {
    Shape shape;
    if (!take('('))
      return std::nullopt;
    while (!take(')')) {
      int64_t dim;
      rest = rest.ltrim();
      if (rest.consumeInteger(10, dim))
        return std::nullopt;
      rest.consume_front("L"); // Python 2 wrote long integers so
      shape.push_back(dim);
      if (!take(',') && !rest.ltrim().starts_with(")"))
        return std::nullopt;
    }
    return shape;
  }

  llvm::StringRef rest;
};

struct TypeName {
  DType type;
  const char *descr;
};
const TypeName typeNames[] = {
    {DType::fp32, "<f4"},
    {DType::bf16, "<V2"},
    {DType::fp16, "<f2"},
    {DType::int8, "|i1"},
    {DType::int16, "<i2"},
    {DType::int32, "<i4"},
    {DType::uint8, "|u1"},
    {DType::uint16, "<u2"},
    {DType::uint32, "<u4"},
    {DType::boolean, "|b1"},
    {DType::int64, "<i8"},
    {DType::uint64, "<u8"},
    {DType::fp64, "<f8"},
    // Written so; read they are the first type of that name.
    {DType::tf32, "<f4"},
    {DType::fp32r, "<f4"},
    {DType::fp8_e3m4, "|V1"},
    {DType::fp8_e4m3, "|V1"},
    {DType::fp8_e5m2, "|V1"},
    {DType::fp8_e4m3fn, "|V1"},
    {DType::fp8_e8m0fnu, "|V1"},
    {DType::fp8x4_e4m3fn, "<u4"},
    {DType::fp8x4_e5m2, "<u4"},
    {DType::fp4x4_e2m1fn, "<u2"},
};

llvm::Expected<DType> typeOf(llvm::StringRef descr) {
  // The byte order says nothing for one byte, and NumPy writes none for opaque bytes.
  llvm::StringRef kind = descr.empty() ? descr : descr.drop_front();
  bool swapped = descr.starts_with(">") && !kind.ends_with("1");
  for (const TypeName &name : llvm::ArrayRef(typeNames).take_front(numHostDTypes))
    if (kind == llvm::StringRef(name.descr).drop_front() && llvm::StringRef("<|>=").contains(descr.front())) {
      if (swapped)
        return makeError("element type '{0}' is big endian; save it as '{1}'", descr, name.descr);
      return name.type;
    }
  return makeError(
      "element type '{0}' is not supported; bool, integers, float16, float32, float64 and V2 (bfloat16) are", descr);
}

HostTensor fromFortranOrder(DType type, llvm::ArrayRef<int64_t> shape, const char *source) {
  HostTensor result(type, shape);
  char *target = result.mutableBytes().data();
  unsigned size = sizeInBytes(type);
  llvm::SmallVector<int64_t, 6> strides(shape.size()), index(shape.size(), 0);
  int64_t stride = 1;
  for (size_t d = 0; d < shape.size(); ++d) {
    strides[d] = stride;
    stride *= shape[d];
  }
  for (int64_t i = 0, from = 0, e = result.size(); i < e; ++i) {
    std::memcpy(target + i * size, source + from * size, size);
    for (size_t d = shape.size(); d-- > 0;) {
      from += strides[d];
      if (++index[d] < shape[d])
        break;
      from -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
  return result;
}

} // namespace

llvm::Expected<HostTensor> parseNpy(llvm::StringRef bytes, std::shared_ptr<void> owner) {
  llvm::StringRef magic("\x93NUMPY", 6);
  if (!bytes.starts_with(magic))
    return makeError("is not a .npy file: it does not begin with \\x93NUMPY");
  if (bytes.size() < 10)
    return makeError("is cut off within the npy header");
  unsigned major = static_cast<uint8_t>(bytes[6]);
  if (major < 1 || major > 3)
    return makeError("npy version {0} is not known; 1, 2 and 3 are", major);
  size_t lengthSize = major == 1 ? 2 : 4;
  if (bytes.size() < 8 + lengthSize)
    return makeError("is cut off within the npy header");
  size_t length = 0;
  for (size_t i = 0; i < lengthSize; ++i)
    length |= size_t(static_cast<uint8_t>(bytes[8 + i])) << (8 * i);
  size_t start = 8 + lengthSize;
  if (length > bytes.size() - start)
    return makeError("is cut off within the npy header ({0} bytes announced, {1} there)", length, bytes.size() - start);

  auto header = HeaderParser(bytes.substr(start, length)).parse();
  if (!header)
    return header.takeError();
  auto type = typeOf(*header->descr);
  if (!type)
    return type.takeError();
  auto count = checkedNumElements(*header->shape, *type);
  if (!count)
    return count.takeError();
  llvm::StringRef data = bytes.drop_front(start + length);
  size_t needed = *count * sizeInBytes(*type);
  if (data.size() != needed)
    return makeError("shape {0} of {1} needs {2} bytes of data, the file has {3}", toString(*header->shape),
                     name(*type), needed, data.size());
  if (*header->fortranOrder)
    return fromFortranOrder(*type, *header->shape, data.data());
  return HostTensor(*type, *header->shape, {data.data(), needed}, std::move(owner)).aligned();
}

llvm::Error writeNpy(llvm::StringRef path, const HostTensor &tensor) {
  std::string header = "{'descr': '";
  for (const TypeName &name : typeNames)
    if (name.type == tensor.type())
      header += name.descr;
  header += "', 'fortran_order': False, 'shape': (";
  for (int64_t dim : tensor.shape())
    header += std::to_string(dim) + ",";
  header += "), }";
  size_t padded = (10 + header.size() + 1 + 63) / 64 * 64 - 10; // the elements start at a multiple of 64
  header.resize(padded - 1, ' ');
  header += '\n';
  return writeFileAtomically(path, [&](llvm::raw_ostream &stream) {
    stream << llvm::StringRef("\x93NUMPY\x01\x00", 8) << char(padded & 0xff) << char(padded >> 8) << header;
    stream.write(tensor.bytes().data(), tensor.bytes().size());
    return llvm::Error::success();
  });
}

} // namespace tarn
