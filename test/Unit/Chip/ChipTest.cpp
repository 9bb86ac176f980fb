// Chip files: every key is needed and known, each number has a source, the printed file reads back, mistakes are named.
#include "tarn/Chip/Chip.h"
#include "gtest/gtest.h"
#include <random>

using namespace tarn;

static std::string messageOf(llvm::Expected<Chip> chip) {
  return chip ? std::string() : llvm::toString(chip.takeError());
}
static Chip trn2() { return llvm::cantFail(Chip::load("trn2")); }

TEST(Chip, trn2_reads_back_as_it_was_printed) {
  Chip chip = trn2();
  EXPECT_EQ(chip.pe.clockHz, 2.4e9);
  EXPECT_EQ(chip.dve.copyFp32, (Law{153.47, 0.5342}));
  Chip again = llvm::cantFail(Chip::parse(chip.toYaml(), "again.yaml"));
  EXPECT_EQ(again.toYaml(), chip.toYaml());
}

TEST(Chip, each_number_has_a_source) {
  Chip chip = trn2();
  EXPECT_GT(chip.provenance.size(), 100u);
  for (const auto &[key, provenance] : chip.provenance)
    EXPECT_FALSE(provenance.source.empty()) << key;
}

TEST(Chip, all_chips_are_whole_and_differ_where_the_facts_say) {
  Chip trn1 = llvm::cantFail(Chip::load("trn1")), inf2 = llvm::cantFail(Chip::load("inf2")),
       trn3 = llvm::cantFail(Chip::load("trn3"));
  EXPECT_EQ(trn1.pe.clockHz, 2.8e9);
  EXPECT_FALSE(trn1.pe.throttle);
  EXPECT_EQ(inf2.dve.copyFp32, trn1.dve.copyFp32);
  EXPECT_TRUE(trn3.dtypes.has(DType::fp8x4_e4m3fn));
  EXPECT_FALSE(trn2().dtypes.has(DType::fp8x4_e4m3fn));
  // What a file does not give is assumed, and says from where.
  EXPECT_EQ(trn3.provenance.at("pe.clock_hz").evidence, Evidence::assumed);
  EXPECT_EQ(trn3.provenance.at("pe.clock_hz").source, "as trn2 (facts 1.2)");
  for (const Chip &chip : {trn1, inf2, trn3}) {
    EXPECT_EQ(chip.provenance.size(), trn2().provenance.size()) << chip.name;
    EXPECT_EQ(llvm::cantFail(Chip::parse(chip.toYaml(), "again.yaml")).toYaml(), chip.toYaml()) << chip.name;
    for (const auto &[key, provenance] : chip.provenance)
      EXPECT_FALSE(provenance.source.empty()) << key;
  }
}

TEST(Chip, a_file_may_be_like_a_known_chip) {
  Chip mine = llvm::cantFail(
      Chip::parse("{name: mine, like: trn3, pe: {clock_hz: {value: 3e9, source: me, class: assumed}}}", "a.yaml"));
  EXPECT_EQ(mine.name, "mine");
  EXPECT_EQ(mine.pe.clockHz, 3e9);
  EXPECT_EQ(mine.coreVersion, 4);
  EXPECT_EQ(messageOf(Chip::parse("{name: mine, like: trn9}", "a.yaml")),
            "a.yaml:1: key 'like': found 'trn9', allowed is one of inf2, trn1, trn2, trn3");
  std::string types = messageOf(Chip::parse("{name: mine, like: trn2, dtypes: [int64]}", "a.yaml"));
  EXPECT_EQ(
      types.rfind("a.yaml:1: key 'dtypes': found '[int64]', 'int64' is no data type of the machine; those are ", 0), 0u)
      << types;
}

TEST(Chip, functions_lie_in_tables) {
  Chip chip = trn2();
  EXPECT_EQ(chip.actTableOf("copy"), chip.actTableOf("square"));
  EXPECT_NE(chip.actTableOf("exp"), chip.actTableOf("tanh"));
  EXPECT_EQ(chip.actTableOf("nonsense"), chip.act.tables.size());
}

TEST(Chip, an_override_changes_one_key) {
  Chip chip = llvm::cantFail(Chip::load("trn2", {"pe.clock_hz=2.8e9", "dve.copy_fp32=[1, 2]", "pe.throttle=false"}));
  EXPECT_EQ(chip.pe.clockHz, 2.8e9);
  EXPECT_EQ(chip.dve.copyFp32, (Law{1, 2}));
  EXPECT_FALSE(chip.pe.throttle);
  EXPECT_NE(chip.toYaml().find("source: \"command line\", class: override"), std::string::npos);
}

TEST(Chip, mistakes_name_key_and_what_is_allowed) {
  EXPECT_EQ(messageOf(Chip::load("trn9")),
            "unknown target 'trn9'; known are inf2, trn1, trn2, trn3, or the path of a .yaml file");
  EXPECT_EQ(messageOf(Chip::load("trn2", {"pe.clok_hz=1e9"})),
            "--set: unknown key 'pe.clok_hz'; the nearest known one is 'pe.clock_hz'");
  EXPECT_EQ(messageOf(Chip::load("trn2", {"psum=1"})),
            "--set: unknown key 'psum'; known of that group are psum.banks, psum.bank_bytes_per_partition, "
            "psum.dve_beside_act");
  std::string groups = messageOf(Chip::load("trn2", {"foo=1"})), dma = messageOf(Chip::load("trn2", {"dma=1"}));
  EXPECT_NE(groups.find("'foo'; known are the groups and keys core_version, "), std::string::npos) << groups;
  EXPECT_NE(groups.find(" psum, "), std::string::npos) << groups;
  EXPECT_EQ(groups.find("nearest"), std::string::npos) << groups;
  EXPECT_NE(dma.find(" more"), std::string::npos) << dma;
  std::string types = messageOf(Chip::load("trn2", {"dtypes=[fp32, fp7]"}));
  EXPECT_NE(types.find("'fp7' is no data type of the machine; those are fp32 bf16 "), std::string::npos) << types;
  EXPECT_EQ(messageOf(Chip::load("trn2", {"psum.banks=0"})),
            "--set: key 'psum.banks': found '0', allowed is an integer from 1 to 64");
  EXPECT_NE(messageOf(Chip::load("trn2", {"sbuf.usable_bytes_per_partition=250000"})), "");
  EXPECT_NE(messageOf(Chip::load("trn2", {"pe.clock_hz"})), "");
  EXPECT_NE(messageOf(Chip::load("trn2", {"pe.clock_hz=[1, 2"})), "");
}

TEST(Chip, overrides_are_judged_together) {
  for (std::vector<std::string> overrides : {std::vector<std::string>{"dma.engines=8", "dma.partition_group=16"},
                                             {"dma.partition_group=16", "dma.engines=8"},
                                             {"sbuf.bytes_per_partition=65536", "sbuf.usable_bytes_per_partition=4096"},
                                             {"dma.slow_engine=-1"}})
    EXPECT_EQ(messageOf(Chip::load("trn2", overrides)), "");
  EXPECT_EQ(messageOf(Chip::load("trn2", {"dma.slow_engine=-1", "dma.engines=8"})),
            "--set dma.slow_engine=-1 --set dma.engines=8: key 'dma.partition_group': found 8, allowed is at least "
            "partitions / dma.engines, 16");
}

TEST(Chip, of_many_missing_keys_some_are_named) {
  std::string message = messageOf(Chip::parse("name: mine\n", "a.yaml"));
  EXPECT_EQ(message.rfind("a.yaml: missing keys core_version, partitions, ", 0), 0u) << message;
  EXPECT_NE(message.find(" more; a file that says `like: trn2` needs only"), std::string::npos) << message;
  EXPECT_LT(message.size(), 400u);
}

TEST(Chip, a_file_needs_each_key_once) {
  std::string text = trn2().toYaml();
  std::string missing = text, unknown = text, twice = text;
  size_t begin = missing.find("  clock_hz:"), end = missing.find('\n', begin);
  missing.erase(begin, end - begin + 1);
  EXPECT_EQ(messageOf(Chip::parse(missing, "a.yaml")), "a.yaml: missing key pe.clock_hz");
  unknown.insert(text.find("  clock_hz:"), "  colour: 3\n");
  EXPECT_NE(messageOf(Chip::parse(unknown, "a.yaml")).find("unknown key 'pe.colour'"), std::string::npos);
  twice.insert(text.find("  clock_hz:"), "  throttle: true\n");
  EXPECT_NE(messageOf(Chip::parse(twice, "a.yaml")).find("'pe.throttle' appears twice"), std::string::npos);
}

TEST(Chip, any_text_gives_an_error) {
  for (llvm::StringRef text : {"", "name", "[", "{", "name: [", "value: 3", "a: {source: b}", "? x", "- 1", "&a *a",
                               "pe: {clock_hz: {value: nan}}", "%TAG", "\xff\xfe\x01"})
    EXPECT_NE(messageOf(Chip::parse(text, "a.yaml")), "") << text.str();
}

TEST(Chip, damaged_files_give_errors_or_other_chips) {
  std::string text = trn2().toYaml();
  std::mt19937 random(1);
  std::string pieces = "\"'[]{}:,-&*!%|>#?\n\t \\@`0x.e\xff";
  unsigned refused = 0;
  for (unsigned i = 0; i < 1000; ++i) {
    std::string damaged = text;
    for (unsigned n = 0; n <= random() % 3; ++n) {
      size_t place = random() % damaged.size();
      if (random() % 2)
        damaged[place] = pieces[random() % pieces.size()];
      else
        damaged.erase(place, random() % 8);
    }
    llvm::Expected<Chip> chip = Chip::parse(damaged, "a.yaml");
    if (!chip) {
      ++refused;
      EXPECT_TRUE(llvm::StringRef(llvm::toString(chip.takeError())).starts_with("a.yaml:"));
    }
  }
  EXPECT_GT(refused, 200u);
}
