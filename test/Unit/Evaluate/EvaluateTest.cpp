// Constants there and back, and a graph run on the host.
#include "tarn/Evaluate/Evaluate.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Parser/Parser.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace tarn;

namespace {

HostTensor numbers(DType type, llvm::ArrayRef<int64_t> shape) {
  HostTensor result(type, shape);
  for (int64_t i = 0; i < result.size(); ++i)
    result.setDouble(i, i % 2);
  return result;
}

TEST(Constants, ComeBackAsTheyWentForEveryTypeAndSize) {
  MLIRContext context;
  for (unsigned type = 0; type < numHostDTypes; ++type)
    for (int64_t size : {0, 1, 2, 7, 5000}) {
      HostTensor tensor = numbers(static_cast<DType>(type), {size});
      llvm::Expected<HostTensor> back = toHostTensor(toElementsAttr(&context, tensor));
      ASSERT_TRUE(bool(back)) << llvm::toString(back.takeError());
      EXPECT_EQ(back->type(), tensor.type());
      EXPECT_EQ(back->shape(), tensor.shape());
      EXPECT_EQ(back->bytes(), tensor.bytes()) << name(tensor.type()).str() << " x " << size;
    }
}

TEST(Constants, EqualElementsAreStoredOnce) {
  MLIRContext context;
  ElementsAttr attribute = toElementsAttr(&context, HostTensor(DType::fp32, {100, 100}));
  EXPECT_TRUE(attribute.isSplat());
}

TEST(Constants, LargeOnesAreResourcesOverTheSameBytes) {
  MLIRContext context;
  HostTensor tensor = numbers(DType::fp32, {1000});
  llvm::Expected<HostTensor> back = toHostTensor(toElementsAttr(&context, tensor));
  ASSERT_TRUE(bool(back));
  EXPECT_EQ(back->bytes().data(), tensor.bytes().data());
}

TEST(Constants, FourBitIntegersAreWidened) {
  MLIRContext context;
  auto attribute = dyn_cast<ElementsAttr>(parseAttribute("dense<[-1, 7, -8]> : tensor<3xi4>", &context));
  llvm::Expected<HostTensor> tensor = toHostTensor(attribute);
  ASSERT_TRUE(bool(tensor));
  EXPECT_EQ(tensor->type(), DType::int8);
  EXPECT_EQ(tensor->getInt(0), -1);
  EXPECT_EQ(tensor->getInt(1), 7);
  EXPECT_EQ(tensor->getInt(2), -8);
}

struct Graph : testing::Test {
  func::FuncOp parse(const char *text) {
    context.loadDialect<onnx::OnnxDialect, func::FuncDialect>();
    module = parseSourceString<ModuleOp>(text, &context);
    return *module->getOps<func::FuncOp>().begin();
  }
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(Graph, GivesItsOutputs) {
  func::FuncOp function = parse(R"(
    func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
      %one = onnx.Constant {value = dense<1.0> : tensor<f32>} : tensor<f32>
      %sum = onnx.Add(%x, %one) : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
      %none = onnx.NoValue
      %clipped = onnx.Clip(%sum, %none, %one) : (tensor<2xf32>, none, tensor<f32>) -> tensor<2xf32>
      return %clipped, %sum : tensor<2xf32>, tensor<2xf32>
    })");
  auto outputs = evaluateGraph(function, {HostTensor::of<double>(DType::fp32, {2}, {-3.0, 4.0})});
  ASSERT_TRUE(bool(outputs)) << llvm::toString(outputs.takeError());
  EXPECT_EQ((*outputs)[0].getDouble(0), -2);
  EXPECT_EQ((*outputs)[0].getDouble(1), 1);
  EXPECT_EQ((*outputs)[1].getDouble(1), 5);
}

TEST_F(Graph, RefusesAnInputOfAnotherShape) {
  func::FuncOp function = parse(R"(
    func.func @main(%x: tensor<2x?xf32> {onnx.name = "image"}) -> tensor<2x?xf32> {
      return %x : tensor<2x?xf32>
    })");
  auto outputs = evaluateGraph(function, {HostTensor(DType::fp32, {3, 4})});
  ASSERT_FALSE(bool(outputs));
  EXPECT_EQ(llvm::toString(outputs.takeError()), "input 'image' has shape 3x4, the model wants 2x?");
}

TEST_F(Graph, NamesTheNodeThatCannotBeEvaluated) {
  func::FuncOp function = parse(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %y = onnx.Custom(%x) {domain = "my", op_type = "Magic"} : (tensor<2xf32>) -> tensor<2xf32> loc("/layer/Magic")
      return %y : tensor<2xf32>
    })");
  auto outputs = evaluateGraph(function, {HostTensor(DType::fp32, {2})});
  ASSERT_FALSE(bool(outputs));
  EXPECT_NE(llvm::toString(outputs.takeError()).find("node '/layer/Magic' (Magic)"), std::string::npos);
}

} // namespace
