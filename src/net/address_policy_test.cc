#include "net/address_policy.h"

#include <gtest/gtest.h>
#include <string_view>

namespace vedette::net {
namespace {

TEST(AddressPolicy, SortsAddresses) {
  struct Case {
    std::string_view address;
    bool any;
    bool public_only;
  };
  for (const Case& c : {
           Case{"8.8.8.8", true, true},
           Case{"1.1.1.1", true, true},
           Case{"223.255.255.255", true, true},
           Case{"2606:4700::1111", true, true},
           Case{"::ffff:8.8.8.8", true, true},
           Case{"64:ff9b::808:808", true, true},
           Case{"127.0.0.1", true, false},
           Case{"127.255.255.255", true, false},
           Case{"0.0.0.0", true, false},
           Case{"10.1.2.3", true, false},
           Case{"100.64.0.1", true, false},
           Case{"100.127.255.255", true, false},
           Case{"100.128.0.0", true, true},
           Case{"172.16.0.1", true, false},
           Case{"172.31.255.255", true, false},
           Case{"172.32.0.0", true, true},
           Case{"192.168.1.1", true, false},
           Case{"198.18.0.1", true, false},
           Case{"224.0.0.1", true, false},
           Case{"255.255.255.255", true, false},
           Case{"::", true, false},
           Case{"::1", true, false},
           Case{"::ffff:127.0.0.1", true, false},
           Case{"::ffff:0:127.0.0.1", true, false},
           Case{"::7f00:1", true, false},
           Case{"64:ff9b::a00:1", true, false},
           Case{"2002:7f00:1::", true, false},
           Case{"2002:808:808::", true, false},
           Case{"fc00::1", true, false},
           Case{"fd12::1", true, false},
           Case{"ff02::1", true, false},
           Case{"2001::1", true, false},
           Case{"2001:db8::1", true, false},
           Case{"169.254.0.1", false, false},
           Case{"169.254.169.254", false, false},
           Case{"169.255.0.0", true, true},
           Case{"100.100.100.200", false, false},
           Case{"168.63.129.16", false, false},
           Case{"fe80::1", false, false},
           Case{"fe80::1%eth0", false, false},
           Case{"febf::1", false, false},
           Case{"fd00:ec2::254", false, false},
           Case{"::ffff:169.254.169.254", false, false},
           Case{"::169.254.169.254", false, false},
           Case{"64:ff9b::a9fe:a9fe", false, false},
           Case{"2002:a9fe:a9fe::", false, false},
           Case{"", false, false},
           Case{"localhost", false, false},
       }) {
    EXPECT_EQ(IsAllowed(AddressPolicy::kAny, c.address), c.any) << c.address;
    EXPECT_EQ(IsAllowed(AddressPolicy::kPublicOnly, c.address), c.public_only) << c.address;
  }
}

}  // namespace
}  // namespace vedette::net
