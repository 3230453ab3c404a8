#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "topology/atlas.h"
#include "yaml/reader.h"

namespace vedette::app {

// The topology section of the configuration.
struct TopologyConfig {
  topology::AtlasOptions atlas;
  std::map<std::string, topology::News> declared;  // by tenant
};

// What is declared, as it is told at a time.
std::map<std::string, topology::News> DeclaredAt(const TopologyConfig& config, base::TimePoint now);

// topology: services and edges that people declare, and how long what was found is kept.
void ReadTopology(yaml::YamlReader& topology, TopologyConfig& out);

// topology_file: the services and edges of a file of their own. Problems name the file and line.
void ReadTopologyFile(yaml::YamlReader& root, const std::string& folder, TopologyConfig& out);

}  // namespace vedette::app
