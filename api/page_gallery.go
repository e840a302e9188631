package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/frontend/gallery"
	"earshot/survey"
)

// galleryPage shows the design system and leads to the samples.
func (s *Server) galleryPage(c echo.Context) error {
	return s.page(c, http.StatusOK, gallery.Page(s.shell(c, ""), func(x gallery.Sample) string {
		return frontend.PathGallery + "/" + x.ID()
	}))
}

// gallerySample shows one page with made-up content, or a picture that stands in for a chart there.
func (s *Server) gallerySample(c echo.Context) error {
	id := c.Param("id")
	if picture, ok := gallery.Media()[id]; ok {
		return c.Blob(http.StatusOK, "image/svg+xml", picture)
	}
	for _, x := range gallery.Samples() {
		if x.ID() != id {
			continue
		}
		switch x.Page.(type) {
		case *frontend.AnswerPage, *frontend.ThanksPage, *frontend.DeclinedPage, *frontend.UnsubscribePage, *frontend.LinkProblemPage:
			return s.contactPage(c, http.StatusOK, x.Page)
		}
		return s.page(c, http.StatusOK, x.Page)
	}
	return survey.Errorf(survey.NotFound, "there is no such sample")
}
