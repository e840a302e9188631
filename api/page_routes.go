package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
)

// pageRoutes is what people see.
func (s *Server) pageRoutes() []route {
	return slices.Concat(s.contactRoutes(), s.accountRoutes(), s.customerRoutes(), s.feedbackRoutes(), s.askingRoutes(), s.adminRoutes(), s.galleryRoutes())
}

// contactRoutes are the pages of contacts: who has the link may come in, and only a POST changes anything.
func (s *Server) contactRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/r/:token", guard: token, handler: s.showAnswer},
		{method: http.MethodPost, path: "/r/:token", guard: token, handler: s.takeAnswer, body: largeBody},
		{method: http.MethodPost, path: "/r/:token/decline", guard: token, handler: s.declinePage, body: smallBody},
		{method: http.MethodGet, path: "/r/:token/unsubscribe", guard: token, handler: s.showUnsubscribe},
		{method: http.MethodPost, path: "/r/:token/unsubscribe", guard: token, handler: s.takeUnsubscribe, body: smallBody},
	}
}

// accountRoutes let people in and out.
func (s *Server) accountRoutes() []route {
	return []route{
		{method: http.MethodGet, path: frontend.PathStatic + ":name", guard: public, handler: s.asset},
		{method: http.MethodGet, path: frontend.PathSetup + "/:token", guard: token, handler: s.setupPage},
		{method: http.MethodPost, path: frontend.PathSetup + "/:token", guard: token, handler: s.setUp, body: smallBody},
		{method: http.MethodGet, path: frontend.PathLogin, guard: public, handler: s.loginPage},
		{method: http.MethodPost, path: frontend.PathLogin, guard: public, handler: s.logIn, body: smallBody},
		{method: http.MethodPost, path: frontend.PathLogout, guard: rep, handler: s.logOut, body: smallBody},
		{method: http.MethodGet, path: frontend.PathAccount, guard: rep, handler: s.accountPage},
		{method: http.MethodPost, path: frontend.PathAccount, guard: rep, handler: s.changePassword, body: smallBody},
	}
}

// writeErrorPage answers with a failure as a page. Who is not logged in is shown the way in instead, and comes back.
func (s *Server) writeErrorPage(c echo.Context, p problem) error {
	if p.Status == http.StatusUnauthorized {
		return toLogin(c)
	}
	if who, err := s.currentRep(c); err == nil {
		c.Set(keyRep, who)
	}
	return s.page(c, p.Status, frontend.ErrorPage{
		Shell: s.shell(c, ""), Status: p.Status, Message: p.Detail, RequestID: p.RequestID,
	})
}
