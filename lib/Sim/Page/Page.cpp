// Columns are arrays over executed instructions in the order of their dispatch; times are whole picoseconds,
// each start as the difference to the one before.
//
//   {"engines":["pe",…],"origins":[[node,op,kernel],…],
//    "texts":[[…],…],"originOf":[[…],…]       by engine and index in its stream
//    "engine":[…],"index":[…],"start":[…],"busy":[…],"wait":[…],"producer":[…],
//    "dma":[step,first element,completion,…]  relative to the step's start
//    "path":[begin,length,cause,step,…],"causes":[…],"left":0}
#include "tarn/Sim/Page.h"
#include "../Views/CriticalPath.h"
#include "../Views/Intervals.h"
#include "tarn/ISA/Assembly.h"

namespace tarn::sim {

namespace {

struct EmbeddedFile {
  llvm::StringLiteral name;
  llvm::StringLiteral text;
};
constexpr EmbeddedFile files[] = {
#include "PageFiles.inc"
};

llvm::StringRef fileNamed(llvm::StringRef name) {
  for (const EmbeddedFile &file : files)
    if (file.name == name)
      return file.text;
  llvm_unreachable("the page consists of the files that CMakeLists.txt names");
}

constexpr size_t maxSteps = 1'000'000; // a page of some 60 MB
constexpr size_t maxText = 200;        // characters of an instruction

template <typename Range, typename F>
void writeArray(llvm::raw_ostream &os, llvm::StringRef name, const Range &range, F &&each) {
  os << ",\n\"" << name << "\":[";
  bool isFirst = true;
  for (const auto &element : range) {
    if (!isFirst)
      os << ",";
    isFirst = false;
    each(element);
  }
  os << "]";
}

llvm::json::Value text(llvm::StringRef text) { return llvm::json::Value(llvm::json::fixUTF8(text)); }

void writeStreams(const isa::Program &program, const std::vector<std::vector<bool>> &executed, llvm::raw_ostream &os) {
  std::vector<const std::vector<isa::Instruction> *> streams;
  for (const isa::Core &core : program.cores)
    for (const auto &stream : core.streams)
      streams.push_back(&stream);
  auto eachInstruction = [&](auto &&write) {
    return [&, write](const std::vector<isa::Instruction> *stream) {
      const std::vector<bool> &kept = executed[llvm::find(streams, stream) - streams.begin()];
      os << "[";
      for (size_t i = 0; i < kept.size(); ++i) {
        os << (i ? "," : "");
        write((*stream)[i], kept[i]);
      }
      os << "]";
    };
  };
  writeArray(os, "texts", streams, eachInstruction([&](const isa::Instruction &instruction, bool isKept) {
               std::string line = isKept ? isa::toString(instruction) : "";
               if (line.size() > maxText)
                 line = line.substr(0, maxText) + "…";
               os << text(line);
             }));
  writeArray(os, "originOf", streams, eachInstruction([&](const isa::Instruction &instruction, bool) {
               os << std::min<size_t>(instruction.origin, program.origins.size());
             }));
}

} // namespace

void PageSteps::on(const Started &event) {
  if (steps.size() < maxSteps)
    steps.push_back(event.step);
  else
    ++left;
}

void PageSteps::on(const Completed &event) {
  if (event.step.instruction->info().isDma && event.step.id < steps.size())
    steps[event.step.id] = event.step; // when it was moved is known now
}

std::string PageSteps::take() {
  std::string result;
  llvm::raw_string_ostream os(result);
  os << "{\"left\":" << left;
  std::vector<std::string> engines;
  for (size_t core = 0; core < program.cores.size(); ++core)
    for (unsigned kind = 0; kind < isa::numEngines; ++kind)
      engines.push_back((program.cores.size() > 1 ? llvm::formatv("nc{0}.", core).str() : "") +
                        isa::name(isa::Engine(kind)).str());
  writeArray(os, "engines", engines, [&](const std::string &name) { os << text(name); });
  std::vector<isa::Origin> origins = program.origins;
  origins.push_back({});
  writeArray(os, "origins", origins, [&](const isa::Origin &origin) {
    os << "[" << text(origin.node) << "," << text(origin.op) << "," << text(origin.kernel) << "]";
  });

  auto engineOf = [](const Step &step) { return step.core * isa::numEngines + unsigned(step.engine); };
  std::vector<std::vector<bool>> executed(engines.size());
  for (const Step &step : steps) {
    std::vector<bool> &stream = executed[engineOf(step)];
    if (stream.size() <= step.index)
      stream.resize(step.index + 1);
    stream[step.index] = true;
  }
  writeStreams(program, executed, os);

  Picoseconds before = 0;
  writeArray(os, "engine", steps, [&](const Step &step) { os << engineOf(step); });
  writeArray(os, "index", steps, [&](const Step &step) { os << step.index; });
  writeArray(os, "start", steps, [&](const Step &step) {
    os << step.start - before;
    before = step.start;
  });
  writeArray(os, "busy", steps, [&](const Step &step) { os << busyTime(step).second - step.start; });
  writeArray(os, "producer", steps,
             [&](const Step &step) { os << (step.producer == noStep ? -1 : int64_t(step.producer)); });
  std::vector<const Step *> dmas;
  for (const Step &step : steps)
    if (step.instruction->info().isDma)
      dmas.push_back(&step);
  writeArray(os, "dma", dmas, [&](const Step *step) {
    os << step->id << "," << step->firstElement - step->start << "," << step->completion - step->start;
  });
  std::vector<std::string> causes;
  for (unsigned cause = 0; cause < numCauses; ++cause)
    causes.push_back(name(Cause(cause)).str());
  writeArray(os, "causes", causes, [&](const std::string &name) { os << text(name); });
  CriticalPath path = left ? CriticalPath() : findCriticalPath(steps);
  // Neighbours of one cause and node are one stretch.
  std::vector<Segment> merged;
  for (const Segment &segment : path.segments)
    if (!merged.empty() && merged.back().cause == segment.cause &&
        steps[merged.back().step].instruction->origin == steps[segment.step].instruction->origin)
      merged.back().end = segment.end;
    else
      merged.push_back(segment);
  writeArray(os, "path", merged, [&](const Segment &segment) {
    os << segment.begin << "," << segment.end - segment.begin << "," << unsigned(segment.cause) << "," << segment.step;
  });
  os << "}";
  steps = {};
  return result;
}

/// JSON as it may stand in a script element: `<` stands in strings only.
static void writeData(llvm::StringRef json, llvm::raw_ostream &os) {
  while (!json.empty()) {
    size_t special = json.find('<');
    os << json.take_front(special);
    if (special == llvm::StringRef::npos)
      return;
    os << "\\u003c";
    json = json.drop_front(special + 1);
  }
}

void writePage(const llvm::json::Object &report, llvm::StringRef steps, llvm::raw_ostream &os) {
  std::string reportText;
  llvm::raw_string_ostream(reportText) << llvm::json::Value(llvm::json::Object(report));
  // page.html holds lines `%name%` in the places of the other files and of the data.
  llvm::StringRef rest = fileNamed("page");
  while (!rest.empty()) {
    auto [line, behind] = rest.split('\n');
    rest = behind;
    llvm::StringRef name = line;
    if (!name.consume_front("%") || !name.consume_back("%"))
      os << line << "\n";
    else if (name == "report")
      writeData(reportText, os);
    else if (name == "steps")
      writeData(steps, os);
    else
      os << fileNamed(name) << "\n";
  }
}

} // namespace tarn::sim
