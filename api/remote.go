package api

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"

	"github.com/labstack/echo/v4"
)

// remoteAddress returns what tells the network address that a request came from: the connection's own, or, where that is
// a trusted proxy's, the nearest address in X-Forwarded-For that is not. Forwarded and X-Real-IP are not read: a proxy that
// does not set them would pass on what the caller wrote. The first X-Forwarded-For that is not believed is logged.
func remoteAddress(trusted []netip.Prefix, log *slog.Logger) echo.IPExtractor {
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, network := range trusted {
		options = append(options, echo.TrustIPRange(ipNet(network)))
	}
	direct, forwarded := echo.ExtractIPDirect(), echo.ExtractIPFromXFFHeader(options...)
	var once sync.Once
	return func(r *http.Request) string {
		found := forwarded(r)
		if r.Header.Get(echo.HeaderXForwardedFor) != "" && found == direct(r) && !within(found, trusted) {
			once.Do(func() {
				log.Warn("X-Forwarded-For is not believed, so all who log in by this proxy share one limit of wrong passwords; "+
					"if it is yours, name it with -trusted-proxies", "proxy", found)
			})
		}
		return found
	}
}

// within says whether the address lies in one of the networks.
func within(address string, networks []netip.Prefix) bool {
	parsed, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(parsed.Unmap()) })
}

// ipNet returns the network as the standard library's older package has it.
func ipNet(p netip.Prefix) *net.IPNet {
	p = p.Masked()
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
