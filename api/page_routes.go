package api

import "github.com/labstack/echo/v4"

// pageRoutes is what people see.
func (s *Server) pageRoutes() []route {
	return []route{}
}

// writeErrorPage answers with a failure as a page.
func (s *Server) writeErrorPage(c echo.Context, p problem) error {
	return c.String(p.Status, p.Title+"\n\n"+p.Detail+"\n\nRequest "+p.RequestID+"\n")
}
