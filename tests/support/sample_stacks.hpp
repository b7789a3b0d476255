// SPDX-License-Identifier: MIT
#pragma once

/// Services for `Stand::stack`. They end at once when they are asked to.
namespace fairlead::test::sample {

/// db, healthy after 300 ms <- api, which serves a page <- web, which fetches it.
inline constexpr const char* chain = R"({
  "db": {
    "image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL",
    "command": ["sh", "-c", "sleep 0.3; touch /tmp/ready; echo db is ready; exec sleep 3600"],
    "healthcheck": {"test": ["CMD", "test", "-e", "/tmp/ready"], "interval": "30s"},
    "volumes": ["data:/data", "/scratch"]
  },
  "api": {
    "image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL",
    "command": ["sh", "-c",
      "mkdir /tmp/www; echo hello from api >/tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www"],
    "healthcheck": {"test": ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]},
    "depends_on": {"db": {"condition": "service_healthy"}},
    "ports": ["8080"]
  },
  "web": {
    "image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL",
    "command": ["sh", "-c", "wget -q -O - http://api:8080/index.html; echo web is done; exec sleep 3600"],
    "depends_on": {"api": {"condition": "service_healthy"}}
  }
})";
inline constexpr const char* chain_volumes = R"(, "volumes": {"data": {}})";
/// The same on the fake.
inline constexpr const char* chain_on_fake = R"({"services": {
  "db": {"health_after": "300ms", "logs": ["db is ready"]},
  "api": {"health_after": "50ms"},
  "web": {"logs": ["hello from api", "web is done"]}
}})";

/// One service that runs until it is stopped.
inline constexpr const char* single = R"({
  "one": {"image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL", "command": ["sleep", "3600"]}
})";

/// two, healthy at once <- three.
inline constexpr const char* pair = R"({
  "two": {
    "image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL", "command": ["sleep", "3600"],
    "healthcheck": {"test": ["CMD", "true"]}
  },
  "three": {
    "image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL", "command": ["sleep", "3600"],
    "depends_on": {"two": {"condition": "service_healthy"}}
  }
})";

/// good and independent; bad, which ends before it is healthy; after, which waits for bad.
inline constexpr const char* exits_early = R"({
  "good": {"image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL", "command": ["sleep", "3600"]},
  "bad": {
    "image": "${IMAGE}", "pull_policy": "never",
    "command": ["sh", "-c", "echo one last word; echo and a complaint >&2; exit 17"],
    "healthcheck": {"test": ["CMD", "false"], "interval": "30s"}
  },
  "after": {
    "image": "${IMAGE}", "pull_policy": "never", "command": ["sleep", "3600"],
    "depends_on": {"bad": {"condition": "service_healthy"}}
  }
})";

} // namespace fairlead::test::sample
