// Chrome trace events as JSON. Times are microseconds with fractions, so that picoseconds are kept.
#include "TraceFormat.h"
#include "tarn/Sim/Check.h"
#include "llvm/Support/JSON.h"

namespace tarn::sim {

namespace {

double microseconds(Picoseconds time) { return double(time) / 1e6; }

class ChromeTrace : public TraceFormat {
public:
  ChromeTrace(const isa::Program &program, llvm::raw_ostream &os) : program(program), os(os) {
    os << "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[";
  }

  void process(unsigned core, llvm::StringRef name) override {
    write(llvm::json::Object{
        {"name", "process_name"}, {"ph", "M"}, {"pid", core}, {"args", llvm::json::Object{{"name", name}}}});
  }
  void track(unsigned core, unsigned track, llvm::StringRef name) override {
    write(llvm::json::Object{{"name", "thread_name"},
                             {"ph", "M"},
                             {"pid", core},
                             {"tid", track},
                             {"args", llvm::json::Object{{"name", name}}}});
  }

  void slice(const TraceSlice &slice) override {
    const Step &step = slice.step;
    llvm::json::Object args{{"instruction", describe(program, step.core, step.engine, step.index)},
                            {"completion_ns", toNs(step.completion)}};
    uint32_t origin = step.instruction->origin;
    if (origin < program.origins.size()) {
      args["node"] = program.origins[origin].node;
      args["op"] = program.origins[origin].op;
      args["kernel"] = program.origins[origin].kernel;
    }
    write(llvm::json::Object{
        {"name", step.instruction->info().mnemonic},
        {"cat", origin < program.origins.size() ? program.origins[origin].node : std::string("instruction")},
        {"ph", "X"},
        {"ts", microseconds(slice.begin)},
        {"dur", microseconds(slice.end - slice.begin)},
        {"pid", step.core},
        {"tid", slice.track},
        {"args", std::move(args)}});
  }

  void arrow(const End &from, const End &to) override {
    write(llvm::json::Object{{"name", "semaphore"},
                             {"cat", "semaphore"},
                             {"ph", "s"},
                             {"id", nextArrow},
                             {"ts", microseconds(from.time)},
                             {"pid", from.core},
                             {"tid", from.track}});
    write(llvm::json::Object{{"name", "semaphore"},
                             {"cat", "semaphore"},
                             {"ph", "f"},
                             {"bp", "e"},
                             {"id", nextArrow++},
                             {"ts", microseconds(to.time)},
                             {"pid", to.core},
                             {"tid", to.track}});
  }

  void finish() override { os << "\n]}\n"; }

private:
  void write(llvm::json::Object event) {
    os << (isFirst ? "\n" : ",\n") << llvm::json::Value(std::move(event));
    isFirst = false;
  }

  const isa::Program &program;
  llvm::raw_ostream &os;
  bool isFirst = true;
  uint64_t nextArrow = 1;
};

} // namespace

std::unique_ptr<TraceFormat> makeChromeTrace(const isa::Program &program, llvm::raw_ostream &os) {
  return std::make_unique<ChromeTrace>(program, os);
}

} // namespace tarn::sim
