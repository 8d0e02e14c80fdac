package httpx

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// ParseProxies reads the TRUSTED_PROXIES setting: networks such as 10.0.0.0/8
// and single addresses, separated by commas. Blank entries are skipped. The
// error names every offending entry, not only the first. A network of all
// addresses is refused: trusting everyone lets any client choose its address.
func ParseProxies(setting string) ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	var problems []error
	for entry := range strings.SplitSeq(setting, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		prefix, err := parseProxy(entry)
		if err != nil {
			problems = append(problems, fmt.Errorf("trusted proxy %q: %w", entry, err))
			continue
		}
		proxies = append(proxies, prefix)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return proxies, nil
}

func parseProxy(entry string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(entry)
	if err != nil {
		addr, err := netip.ParseAddr(entry)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, errors.New("want a network such as 10.0.0.0/8 or an address")
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	if addr := prefix.Addr(); addr.Is4In6() {
		if prefix.Bits() < 96 {
			return netip.Prefix{}, errors.New("want IPv4 networks written as IPv4")
		}
		prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	if prefix.Bits() == 0 {
		return netip.Prefix{}, errors.New("would trust every client")
	}
	return prefix.Masked(), nil
}
