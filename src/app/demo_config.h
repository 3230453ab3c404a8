#pragma once

#include <span>
#include <string>

#include "base/embedded_file.h"
#include "base/result.h"

namespace vedette::app {

// What ships in catalog/demo.
std::span<const base::EmbeddedFile> EmbeddedDemo();

// Puts the demonstration's configuration and rules into its data folder, for people to read and
// change: a file that is there stays as it is. The path of the configuration.
base::Result<std::string> PutDemoConfig(const std::string& folder);

}  // namespace vedette::app
