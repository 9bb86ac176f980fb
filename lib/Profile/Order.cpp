// The order in which an engine executed its records. Times of records overlap, and control instructions begin
// before older ones of the data path: the program's order is that of the addresses. Where a loop repeats
// addresses, it is that of the addresses from branch to branch, and the times say where a branch went:
//
//   pc      4  5  6b 5  6b 5  6b 7        b: a branch; it went back as long as its own next turn began before
//   what
//                                         follows it, to the first address whose next turn began before that
#include "Order.h"
#include "tarn/Support/AtomicFile.h"
#include <map>

namespace tarn::profile {

namespace {
bool isBranch(const Record &record) {
  return llvm::StringRef(record.opcode).contains("BRANCH") || llvm::StringRef(record.opcode).contains("JUMP");
}

using Turns = std::vector<Record *>; // of one address, in their order

/// `records` of one engine, by (pc, timestamp).
llvm::Error walk(llvm::MutableArrayRef<Record> records) {
  std::map<int64_t, Turns> places;
  for (Record &record : records)
    places[record.pc].push_back(&record);
  std::map<int64_t, size_t> done;
  auto next = [&](int64_t pc) -> Record * {
    const Turns &turns = places[pc];
    return done[pc] < turns.size() ? turns[done[pc]] : nullptr;
  };
  std::vector<Record> ordered;
  size_t steps = 0, maxSteps = 10000000; // more than any capture has
  for (auto place = places.begin(); ordered.size() < records.size();) {
    if (place == places.end()) {
      auto left = llvm::find_if(places, [&](const auto &entry) { return next(entry.first); });
      const Record &record = *next(left->first);
      return makeError("instruction[{0}] ({1} at pc {2}): found a turn more than branches lead to; a dump "
                       "that lacks records "
                       "inside a loop cannot be ordered",
                       record.line, record.opcode, record.pc);
    }
    Record *record = next(place->first);
    if (!record) { // a branch went past it
      ++place;
      continue;
    }
    ++done[place->first];
    ordered.push_back(*record);
    auto following = std::next(place);
    Record *again = next(place->first);
    if (!isBranch(*record) || !again) {
      place = following;
      continue;
    }
    while (following != places.end() && !next(following->first))
      ++following;
    if (following != places.end() && next(following->first)->timestamp < again->timestamp) {
      place = following;
      continue;
    }
    // Back to the first address whose next turn comes before; those in between may have been branched past.
    for (auto before = place; before != places.begin();) {
      --before;
      if (++steps > maxSteps)
        return makeError("instruction[{0}] ({1} at pc {2}): branches lead back over too many addresses", record->line,
                         record->opcode, record->pc);
      Record *earlier = next(before->first);
      if (!earlier)
        continue;
      if (earlier->timestamp > again->timestamp)
        break;
      place = before;
    }
  }
  std::move(ordered.begin(), ordered.end(), records.begin());
  return llvm::Error::success();
}
} // namespace

llvm::Error orderRecords(std::vector<Record> &records) {
  auto key = [](const Record &r) { return std::tie(r.core, r.engine, r.turn, r.pc, r.timestamp, r.line); };
  llvm::sort(records, [&](const Record &a, const Record &b) { return key(a) < key(b); });
  for (size_t begin = 0, end = 0; begin < records.size(); begin = end) {
    bool repeats = false;
    for (end = begin; end < records.size() && records[end].core == records[begin].core &&
                      records[end].engine == records[begin].engine;
         ++end)
      repeats |= end > begin && records[end].turn < 0 && records[end].pc == records[end - 1].pc;
    if (repeats)
      if (llvm::Error error = walk({records.data() + begin, end - begin}))
        return error;
  }
  return llvm::Error::success();
}

} // namespace tarn::profile
