#pragma once

#include <string>

#include "base/result.h"

namespace vedette::app {

// vedette keys: works on the state database of a data folder, whether its server runs or not (a
// running server sees a change within 5 s). Each returns the text to print. Only CreateKey makes a
// data folder that is not there.

struct KeysOptions {
  std::string config_file;  // for data_dir
  std::string data_dir;     // instead
  std::string name;
  std::string role = "viewer";
  std::string tenant = "default";
  std::string expires_in;
  std::string id;
};

base::Result<std::string> CreateKey(const KeysOptions& options);
base::Result<std::string> ListKeys(const KeysOptions& options);
base::Result<std::string> RevokeKey(const KeysOptions& options);

}  // namespace vedette::app
