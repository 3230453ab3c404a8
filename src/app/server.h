#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "api/route.h"
#include "app/config.h"
#include "base/clock.h"
#include "base/result.h"
#include "ingest/ingester.h"

namespace vedette::app {

class Simulations;

// The whole of Vedette in one object: stores, intake, detection, incidents, paging, API and UI,
// joined as docs/ARCHITECTURE.md draws them. Tests and commands start it in-process. Thread-safe
// but for Stop and the destructor, which belong to the owner.
class Server {
 public:
  struct Extras {
    bool demo = false;  // say so on the screen
  };

  // Opens or creates the data folder, recovers, and answers when it returns. `clock` outlives it.
  static base::Result<std::unique_ptr<Server>> Start(Config config, const base::Clock& clock,
                                                     Extras extras);
  ~Server();  // as Stop
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  uint16_t port() const;
  ingest::Ingester& ingester();
  Simulations& simulations();                     // for who feeds it from the simulator
  const std::vector<api::Route>& routes() const;  // all that it answers

  // Takes over what may change while running: limits, scrape jobs, receivers, incident options, log
  // level, certificates. Says in the log what needs a restart. Nothing is lost on the way.
  base::Result<> Reload(const Config& config);

  // Ends in the order of the flow: no new requests, no new samples, then detection, incidents and
  // paging. Idempotent.
  void Stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace vedette::app
