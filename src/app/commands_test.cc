#include "app/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "app/version.h"

namespace vedette::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// What a line does: its exit status and what it prints.
struct Ran {
  int status = 0;
  std::string out;
  std::string err;
};

Ran RunLine(std::vector<std::string> words) {
  words.insert(words.begin(), "vedette");
  std::vector<char*> line;
  for (std::string& word : words) line.push_back(word.data());
  line.push_back(nullptr);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Ran ran;
  ran.status = RunCommand(static_cast<int>(words.size()), line.data());
  ran.out = testing::internal::GetCapturedStdout();
  ran.err = testing::internal::GetCapturedStderr();
  return ran;
}

// Why a line is refused; empty when it is not. Nothing runs.
std::string Refusal(const std::string& line) {
  CLI::App app("", "vedette");
  std::function<int()> run;
  AddCommands(app, run);
  try {
    app.parse(line);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return "";
}

void ExpectHelp(const CLI::App& command, const std::string& path) {
  for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string name = path + " " + each->get_name();
    EXPECT_THAT(each->get_footer(),
                AllOf(HasSubstr("Example"), HasSubstr("\n  vedette "), HasSubstr("Exit status: 0")))
        << name;
    ExpectHelp(*each, name);
  }
}

TEST(Commands, EachHasExamplesAndItsExitStatuses) {
  CLI::App app("", "vedette");
  std::function<int()> run;
  AddCommands(app, run);
  ExpectHelp(app, "vedette");
}

TEST(Commands, TheVersionIsACommandAndAFlag) {
  const std::string line = "vedette " + std::string(kVersion) + "\n";
  for (const char* word : {"version", "--version"}) {
    const Ran ran = RunLine({word});
    EXPECT_EQ(ran.status, 0) << word;
    EXPECT_EQ(ran.out, line) << word;
  }
}

TEST(Commands, HelpExplainsACommand) {
  EXPECT_THAT(RunLine({"help"}).out, AllOf(HasSubstr("First steps"), HasSubstr("backtest")));
  EXPECT_THAT(RunLine({"help", "check"}).out, HasSubstr("Usage: vedette check [OPTIONS] file"));
  EXPECT_EQ(RunLine({"help", "keys", "create"}).out, RunLine({"keys", "create", "--help"}).out);

  const Ran unknown = RunLine({"help", "keys", "make"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_EQ(unknown.err,
            "vedette: there is no command \"vedette keys make\"; vedette help lists them\n");
}

TEST(Commands, ANegativeSeedIsRefused) {
  for (const char* command : {"demo", "score", "train"}) {
    EXPECT_EQ(Refusal(std::string(command) + " --seed -1"), "--seed: -1 is negative");
    EXPECT_EQ(Refusal(std::string(command) + " --seed 18446744073709551615"), "");
  }
}

TEST(Commands, TheDemonstrationTakesAProbabilityAndWeights) {
  EXPECT_EQ(Refusal("demo --probability-per-cycle 0.01 --weights cpu_spike=2,other=0"), "");
  EXPECT_THAT(Refusal("demo --weights flood=2"),
              AllOf(StartsWith("--weights: \"flood\" is no type"), HasSubstr("cpu_spike, memory")));
  EXPECT_EQ(Refusal("demo --weights cpu_spike=-2"),
            "--weights: the weight of cpu_spike must be 0 or more");
  EXPECT_THAT(Refusal("demo --probability-per-cycle -0.1"), HasSubstr("not in range"));
  EXPECT_THAT(Refusal("demo --probability-per-cycle 0.1 --incidents-per-hour 3"),
              AllOf(HasSubstr("--incidents-per-hour"), HasSubstr("excludes")));
  EXPECT_THAT(Refusal("demo --weights other=1 --scenario bad_canary"), HasSubstr("excludes"));
}

}  // namespace
}  // namespace vedette::app
