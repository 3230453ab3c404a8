#pragma once

#include "base/clock.h"
#include "sim/incident.h"
#include "sim/topology.h"

namespace vedette::sim {

struct ServiceLoad;

// What is wrong inside a service at a moment, as things that can be wrong with a machine. All that
// follows from it is the plant's (plant.h). Plain values; neutral by default.
struct Condition {
  double ready = 1;        // share of its pods that take requests
  double work = 1;         // times the processor time of a request
  double busy = 0;         // share of its processors that somebody else uses
  double delay_s = 0;      // that each request waits with its worker: a lock, a disk, the network
  double failing = 0;      // share of its requests that fail of themselves, beyond the usual
  double unreachable = 0;  // share of calls to it that get no connection
  double cache = 1;        // share of its caches' hits that is left
  double connections = 1;  // share of its connections to callees that can be used
  double traffic = 1;      // times what comes from outside
  int more_retries = 0;    // of those who call it

  // Of single pods.
  double leak_fold_s = 0;  // memory grows by half in this time; 0: it does not
  int pods_down = 0;       // kept from being ready
  bool crash_loops = false;
  double odd_pod_failing = 0;  // share of the requests of one pod that fail
  int restarting_pod = -1;     // a rollout replaces this one
};

// Adds what an incident does to the service at `now`. Trouble grows within ten seconds, lasts
// until the end, and fades in thirty; what breaks at once (pods, caches, connections) does so.
// `healthy` is what the service does without trouble.
void AddMechanism(const Incident& incident, const ServiceSpec& spec, const ServiceLoad& healthy,
                  base::TimePoint now, Condition& condition);

}  // namespace vedette::sim
