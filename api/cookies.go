package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey/access"
)

// The names of our cookies; over HTTPS hostPrefix stands before them.
const (
	// sessionCookie holds a rep's session token.
	sessionCookie = "earshot_session"
	// deviceCookie holds the token by which a browser is known where somebody has logged in with it.
	deviceCookie = "earshot_device"
	// pendingCookie holds the token of a log-in that waits for its second step, signOnCookie what one at the provider of single
	// sign-on must be ended with.
	pendingCookie = "earshot_second_step"
	signOnCookie  = "earshot_sign_on"
)

// hostPrefix has the browser take the cookie from this very host by HTTPS alone, so that neighbours under the same domain
// cannot put theirs in its place.
const hostPrefix = "__Host-"

// cookieName is what a cookie of ours is called here.
func (s *Server) cookieName(name string) string {
	if s.secure {
		return hostPrefix + name
	}
	return name
}

// cookieValue is what stands in a cookie of ours; empty if the browser sent none.
func (s *Server) cookieValue(c echo.Context, name string) string {
	cookie, err := c.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie gives the browser a cookie; an empty value takes it away.
func (s *Server) setCookie(c echo.Context, name, value string, lasts time.Duration) {
	age := int(lasts.Seconds())
	if value == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the installation is reached by HTTPS; on plain HTTP browsers would drop it
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	})
}

// admit gives the browser what shows that somebody was let in, and that it is known at their account.
func (s *Server) admit(c echo.Context, entry *access.Entry) {
	s.setCookie(c, sessionCookie, entry.Session, access.SessionLength)
	s.setCookie(c, deviceCookie, entry.Device, access.DeviceLength)
}

// ownOrigin returns what tells forms of our own pages from others': those of the host that was asked, and those of the
// configured address, which a proxy may have replaced in the request.
func ownOrigin(baseURL string) (*http.CrossOriginProtection, error) {
	protection := http.NewCrossOriginProtection()
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" {
		return protection, err
	}
	host := base.Host
	if port := base.Port(); base.Scheme == "https" && port == "443" || base.Scheme == "http" && port == "80" {
		host = host[:len(host)-len(":")-len(port)] // as browsers write it
	}
	return protection, protection.AddTrustedOrigin(base.Scheme + "://" + host)
}
