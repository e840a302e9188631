package api

import (
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"earshot/survey/access"
)

// remotes tells where requests come from.
type remotes struct {
	trusted []netip.Prefix
	log     *slog.Logger
	once    sync.Once
}

// of returns the network address that a request came from: the connection's own, or, where that is a trusted proxy's, the
// nearest address in X-Forwarded-For that is not. Forwarded and X-Real-IP are not read: a proxy that does not set them would
// pass on what the caller wrote. It is Echo's IPExtractor, and the only place that looks at either.
func (r *remotes) of(req *http.Request) string {
	address := bare(req.RemoteAddr)
	lines := req.Header.Values(echo.HeaderXForwardedFor)
	for line := range slices.Backward(lines) {
		for rest := lines[line]; rest != ""; {
			if !r.trusts(address) {
				return spelt(address)
			}
			var word string
			if comma := strings.LastIndexByte(rest, ','); comma >= 0 {
				rest, word = rest[:comma], rest[comma+1:]
			} else {
				rest, word = "", rest
			}
			next := bare(word)
			if !next.IsValid() { // whoever stands before it cannot be told: the proxy that wrote it stands for all of them
				return spelt(address)
			}
			address = next
		}
	}
	return spelt(address)
}

// trusts says whether what stands at the address may say whom it speaks for.
func (r *remotes) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(r.trusted, func(n netip.Prefix) bool { return n.Contains(address) })
}

// bare returns the address in a text, which may have brackets and a port; the zero Addr if there is none.
func bare(text string) netip.Addr {
	text = strings.TrimSpace(text)
	address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		whole, _ := netip.ParseAddrPort(text)
		address = whole.Addr()
	}
	return address.Unmap().WithZone("")
}

// spelt returns the address as text, empty if there is none.
func spelt(address netip.Addr) string {
	if !address.IsValid() {
		return ""
	}
	return address.String()
}

// browser tells where the request comes from, and by which cookie it is known.
func (s *Server) browser(c echo.Context) access.Browser {
	return access.Browser{
		Remote: c.RealIP(), Shared: s.remotes.shared(c.Request(), c.RealIP()), Agent: c.Request().UserAgent(),
		Device: s.cookieValue(c, deviceCookie),
	}
}

// shared says whether an address is that of a proxy in our own network of which nobody has told us, so that it stands for
// all who come by it. The first one is logged. One on the internet is not taken for a proxy: there anybody could say so.
func (r *remotes) shared(req *http.Request, found string) bool {
	address := bare(found)
	if req.Header.Get(echo.HeaderXForwardedFor) == "" || r.trusts(address) || address != bare(req.RemoteAddr) {
		return false
	}
	r.once.Do(func() {
		r.log.Warn("X-Forwarded-For is not believed, so all who log in by this proxy seem to come from one address; "+
			"if it is yours, name it with -trusted-proxies", "proxy", found)
	})
	return address.IsPrivate() || address.IsLoopback() || address.IsLinkLocalUnicast()
}
