// Addresses and times of an engine's records as the order in which it executed them.
#include "tarn/Profile/Profile.h"
#include "gtest/gtest.h"

using namespace tarn;

namespace {
struct Shown {
  int64_t pc, time;
  bool isBranch = false;
};

/// The order of pcs, or the error.
std::string orderOf(std::vector<Shown> records) {
  std::string json = "{\"instruction\":[";
  for (const Shown &record : records)
    json += llvm::formatv(
        "{0}{{\"subgraph\":\"sg00\",\"subgroup\":\"Vector\",\"pc\":{1},\"opcode\":\"{2}\",\"operands\":\"\","
        "\"bir_instruction_name\":\"I\",\"timestamp\":{3},\"duration\":1}",
        json.back() == '[' ? "" : ",", record.pc, record.isBranch ? "COMPARE_BRANCH" : "DRAIN", record.time);
  llvm::Expected<profile::Dump> dump = profile::parseProfile(json + "]}", "loop.json");
  if (!dump)
    return llvm::toString(dump.takeError());
  std::string order;
  for (const profile::Record &record : dump->records)
    order += (order.empty() ? "" : " ") + std::to_string(record.pc);
  return order;
}
} // namespace

TEST(Order, addresses_go_before_times) { EXPECT_EQ(orderOf({{5, 10}, {4, 30}, {6, 20}}), "4 5 6"); }

TEST(Order, a_loop_is_written_out) {
  EXPECT_EQ(orderOf({{4, 0}, {5, 10}, {6, 15, true}, {5, 20}, {6, 25, true}, {5, 30}, {6, 35, true}, {7, 40}}),
            "4 5 6 5 6 5 6 7");
}

TEST(Order, loops_in_loops) {
  std::vector<Shown> records;
  int64_t time = 0;
  std::string expected;
  for (int outer = 0; outer < 3; ++outer) {
    records.push_back({10, time += 10});
    expected += "10 ";
    for (int inner = 0; inner < 2; ++inner) {
      records.push_back({11, time += 10});
      records.push_back({12, time += 10, true});
      expected += "11 12 ";
    }
    records.push_back({13, time += 10});
    records.push_back({14, time += 10, true});
    expected += "13 14 ";
  }
  records.push_back({15, time += 10});
  EXPECT_EQ(orderOf(records), expected + "15");
}

TEST(Order, a_branch_past_instructions) { // the second turn leaves out 5
  EXPECT_EQ(orderOf({{3, 0}, {4, 10, true}, {5, 20}, {6, 30, true}, {3, 40}, {4, 50, true}, {6, 60, true}, {7, 70}}),
            "3 4 5 6 3 4 6 7");
}

TEST(Order, turns_that_no_branch_leads_to_are_refused) {
  EXPECT_EQ(orderOf({{4, 0}, {5, 10}, {5, 20}, {6, 30}}),
            "loop.json: instruction[2] (DRAIN at pc 5): found a turn more than branches lead to; a dump that "
            "lacks records "
            "inside a loop cannot be ordered");
}
