// SPDX-License-Identifier: MIT
#include "event_hub.hpp"

namespace fairlead::fake {

std::shared_ptr<Subscription> EventHub::subscribe(std::string_view project) {
    auto subscription = std::make_shared<Subscription>();
    subscriptions_[std::string(project)].push_back(subscription);
    return subscription;
}

void EventHub::unsubscribe(std::string_view project, const std::shared_ptr<Subscription>& subscription) {
    const auto found = subscriptions_.find(project);
    if (found == subscriptions_.end()) {
        return;
    }
    std::erase(found->second, subscription);
    if (found->second.empty()) {
        subscriptions_.erase(found);
    }
}

void EventHub::publish(std::string_view project, const ContainerEvent& event) {
    const auto found = subscriptions_.find(project);
    if (found == subscriptions_.end()) {
        return;
    }
    for (const auto& subscription : found->second) {
        subscription->events.push_back(event);
        scheduler_.wake(subscription->reader);
    }
}

void EventHub::disconnect_all() {
    for (const auto& [project, subscriptions] : subscriptions_) {
        for (const auto& subscription : subscriptions) {
            subscription->connected = false;
            scheduler_.wake(subscription->reader);
        }
    }
    subscriptions_.clear();
}

} // namespace fairlead::fake
