package api

import (
	"encoding/base64"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// lookResponse is how mails and the page to answer on look.
type lookResponse struct {
	head
	Accent    string            `json:"accent"`
	Sender    survey.SenderName `json:"sender"`
	LogoBy    survey.LogoBy     `json:"logo_by"`
	Logo      *logoResponse     `json:"logo,omitempty"`
	Light     coloursResponse   `json:"light"`
	Dark      coloursResponse   `json:"dark"`
	UpdatedAt time.Time         `json:"updated_at,omitzero"`
}

// logoResponse is the logo. It is shown smaller than its picture is, for fine screens.
type logoResponse struct {
	URL         string `json:"url"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	ShownWidth  int    `json:"shown_width"`
	ShownHeight int    `json:"shown_height"`
}

// coloursResponse are what the accent becomes.
type coloursResponse struct {
	Text string `json:"text"`
	Fill string `json:"fill"`
	On   string `json:"on"`
}

func (s *Server) viewLook(l *survey.Look) lookResponse {
	p := l.Palette()
	view := lookResponse{
		head: head{l.ID, l.Version}, Accent: l.Accent, Sender: l.SenderOrUsual(), LogoBy: l.LogoByOrUsual(), UpdatedAt: l.UpdatedAt,
		Light: coloursResponse{p.Text, p.Fill, p.On}, Dark: coloursResponse{p.DarkText, p.DarkFill, p.DarkOn},
	}
	if l.Logo != "" {
		width, height := l.ShownLogo()
		view.Logo = &logoResponse{URL: s.here.BaseURL() + survey.LogoPath(l.Logo), Width: l.LogoWidth, Height: l.LogoHeight, ShownWidth: width, ShownHeight: height}
	}
	return view
}

// readLook answers with the look.
func (s *Server) readLook(c echo.Context, _ cached) error {
	found, err := s.look.Look(c.Request().Context())
	return writeOne(c, found, err, s.viewLook)
}

type changeLookRequest struct {
	IfMatch ifMatch    `header:"If-Match"`
	Body    lookChange `body:"application/json"`
}

// lookChange is the look as it shall be.
type lookChange struct {
	Accent string `json:"accent"`
	Sender string `json:"sender"`
	LogoBy string `json:"logo_by"`
	// Logo is a file in base64.
	Logo     string `json:"logo"`
	KeepLogo bool   `json:"keep_logo"`
}

// changeLook replaces the look.
func (s *Server) changeLook(c echo.Context, in changeLookRequest) error {
	logo, err := base64.StdEncoding.DecodeString(in.Body.Logo)
	if err != nil {
		return survey.InvalidField("logo", "must be a file in base64")
	}
	changed, err := s.look.ChangeLook(c.Request().Context(), survey.LookInput{
		Accent: in.Body.Accent, Sender: survey.SenderName(in.Body.Sender), LogoBy: survey.LogoBy(in.Body.LogoBy), Logo: logo,
		KeepLogo: in.Body.KeepLogo, Version: int64(in.IfMatch),
	})
	return writeOne(c, changed, err, s.viewLook)
}

// logoPicture is the picture of a logo, of the look or of an earlier one. Mail programs anywhere show it, and may keep it.
func (s *Server) logoPicture(c echo.Context) error {
	found, err := s.look.Logo(c.Request().Context(), c.Param("name"))
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderCacheControl, keepForGood)
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	tag := `"` + found.ID + `"`
	header.Set("ETag", tag)
	if unchanged(c, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, found.Type(), found.Body)
}
