// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <cstdlib>

#include <doctest/doctest.h>

int main(int argc, char** argv) {
    constexpr int skipped = 77;
    if (std::getenv("DOCKER_HOST") == nullptr) {
        std::puts("skipped: DOCKER_HOST does not say which Docker engine to use; scripts/run-tests "
                  "starts a private one");
        return skipped;
    }
    return doctest::Context(argc, argv).run();
}
