package api

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// lookPage shows how mails look.
func (s *Server) lookPage(c echo.Context) error { return s.showLook(c, http.StatusOK, nil, nil) }

// showLook shows it with the form as it was typed, nil for nothing, and what is wrong with it.
func (s *Server) showLook(c echo.Context, status int, values url.Values, wrong error) error {
	look, err := s.look.Look(c.Request().Context())
	if err != nil {
		return err
	}
	page := frontend.LookPage{
		Shell: s.shell(c, frontend.PathSettings), Form: frontend.LookForm(frontend.PathLook, look, values).Reject(wrong), Accent: look.Accent,
		Uses: survey.ColourUses(look.Accent), Modes: frontend.LookModes(look.Palette()),
	}
	if look.Logo != "" {
		page.Logo = survey.LogoPath(look.Logo)
		page.LogoWidth, page.LogoHeight = look.ShownLogo()
	}
	return s.page(c, status, page)
}

// saveLook changes how mails look. A logo that is there stays where no file is chosen.
func (s *Server) saveLook(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	logo, err := fileOf(c, "logo")
	if err != nil {
		return err
	}
	in := survey.LookInput{
		Accent: frontend.ReadAccent(form), Sender: survey.SenderName(form.Get("sender")), LogoBy: survey.LogoBy(form.Get("logo_by")),
		Logo: logo, KeepLogo: true, By: survey.RepID(repOf(c).ID),
	}
	in.Version, _ = strconv.ParseInt(form.Get("version"), 10, 64) // 0 where it is none
	_, err = s.look.ChangeLook(c.Request().Context(), in)
	if kind := survey.KindOf(err); err != nil && (kind == survey.Invalid || kind == survey.Conflict) {
		return s.showLook(c, statusOf(kind), form, err)
	}
	if err != nil {
		return err
	}
	return seeOther(c, frontend.PathLook, "saved")
}

// fileOf is the file of a form's field; nil where none was chosen.
func fileOf(c echo.Context, field string) ([]byte, error) {
	header, err := c.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, formError(err)
	}
	file, err := header.Open()
	if err != nil {
		return nil, formError(err)
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(file) // no longer than the body may be
}
