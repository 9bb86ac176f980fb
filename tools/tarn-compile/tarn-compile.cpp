// tarn-compile: a model to a program, or to any form between.
#include "../Driver/Compiler.h"
#include "../Driver/ExitCode.h"
#include "../Driver/Outputs.h"
#include "tarn/Pipeline/Pipeline.h"

using namespace tarn::driver;

int main(int argc, char **argv) {
  CommandLine commandLine;
  if (std::optional<int> code =
          parseCommandLine(argc, argv, "tarn-compile", "compiles a model to a program, or to any form between",
                           /*simulates=*/false, commandLine))
    return *code;
  if (commandLine.check && commandLine.report.kind == ReportRequest::Kind::none)
    commandLine.report.kind = ReportRequest::Kind::text;
  if (llvm::Error error = checkPlaces({commandLine.model}, {commandLine.output, commandLine.report.file}))
    return report(std::move(error));
  tarn::registerAllPasses();
  Compiler compiler(commandLine);
  if (int code = compiler.load())
    return code;
  if (commandLine.check) {
    int code = compiler.writeReport();
    return code ? code : compiler.unsupported().empty() ? done : badInput;
  }
  if (int code = compiler.runStages())
    return code;
  if (!compiler.stopsBeforeEmit())
    if (int code = compiler.emitProgram())
      return code;
  if (int code = compiler.writeResult())
    return code;
  return compiler.writeReport();
}
