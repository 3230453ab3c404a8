#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/testing/fake_clock.h"
#include "simulation/faults.h"
#include "simulation/server.h"
#include "sql/database.h"

namespace vedette::simulation {

// Some days of a paging core: signals that come late or twice, people, receivers that are away,
// crashes at any transaction, disks that refuse, a calendar that jumps, the days on which clocks
// change. After each step the world is compared with a plain account of what was promised. Equal
// seeds give equal stories.
class World {
 public:
  World(uint64_t seed, Bug bug);

  // What is wrong; nothing when all is well.
  std::optional<std::string> Run();

 private:
  using Letter = std::tuple<std::string, std::string, std::string>;  // key, receiver, address
  using Lane = std::tuple<std::string, std::string, std::string>;    // incident, receiver, address

  struct Sent {
    int64_t order = 0;  // in which messages were ordered
    Lane lane;
    base::SteadyPoint ordered_at;
    int64_t arrivals = 0;
    bool settled = false;  // the ledger says that it was delivered
  };
  // An incident as people see it.
  struct Seen {
    model::Incident incident;
    std::map<std::string, base::TimePoint> stepped;  // policy steps, "1/2" (round/step) -> when
    std::optional<base::TimePoint> quiet_since;      // that nothing of it fires was said last
    bool gave_up = false;                            // exhausted, fell back, nobody
    base::TimePoint since;                           // when it was opened, or opened again
    std::set<std::string> group_keys;
  };

  void Fail(std::string what) {
    if (!wrong_) wrong_ = std::move(what);
  }

  // --- the story
  void Boot();
  void Step();
  void Drain();
  void MoveTime();
  void ChangeWeather();
  std::vector<Server::What> Inputs();
  Server::What AnAlert();
  Server::What AnAnomaly();
  Server::What ACommand();
  Server::What ASilence();
  Server::What AnOverride();
  void RunRound(std::vector<Server::What> whats);
  void Deliver();
  void TendHistory();

  // --- the account
  void Take(const Server::Round& round);
  void TakeInput(const incident::Input& input, bool ok);
  void TakeNotices(const Server::Round& round);
  void Expect(const Letter& letter);
  void OnArrival(const Network::Arrival& arrival);
  void ReadOutbox();

  // --- what must be so
  void Check();
  void CheckPages(const Server::Round& round);
  void CheckPromises();
  void CheckGroups();
  void CheckEscalation();
  void CheckQuiet();
  void CheckLate();
  void CheckEnd();
  void CheckReplay();

  const uint64_t seed_;
  base::Random random_;
  const Bug bug_;
  Server::Settings settings_;
  std::optional<std::string> wrong_;

  base::FakeClock clock_;
  Network network_;
  std::unique_ptr<sql::Database> disk_;
  FlakyDatabase database_;
  std::unique_ptr<Server> server_;
  int64_t next_id_ = 0;
  int64_t generation_ = 0;
  base::TimePoint overdue_{};                  // at the last look; 0: nothing was
  base::SteadyPoint calendar_set_at_{};        // when it last jumped
  std::vector<base::SteadyPoint> carried_at_;  // when the couriers ran and could
  base::MetricsRegistry metrics_;

  std::map<std::string, base::SteadyPoint> fine_since_;  // receivers that are
  std::map<Letter, Sent> letters_;
  std::set<std::pair<std::string, std::string>> by_key_;  // and receiver
  std::map<Lane, int64_t> last_arrived_;                  // its order
  std::map<std::string, Seen> incidents_;
  std::map<std::string, std::string> member_of_;  // anomaly -> incident
  std::map<std::string, std::string> key_of_;     // anomaly -> alertname
  std::set<std::string> acknowledged_;
  std::map<std::string, base::TimePoint> silences_;  // id -> end
  std::set<std::string> overrides_;
};

}  // namespace vedette::simulation
