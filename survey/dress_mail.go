package survey

import (
	"context"
	"strings"
)

// dress is what a mail wears: the installation's look, the survey's own words, and who sends it.
type dress struct {
	wording MailWording
	colours Palette
	logo    MailLogo
	picture *Picture
	// from is the name that it comes under, signed the one at its end.
	from, signed string
}

// put dresses a mail that is not laid out yet.
func (d dress) put(mail *AskMail, m *Message) {
	mail.Wording, mail.Colours, mail.Logo, mail.SenderName = d.wording, d.colours, d.logo, d.signed
	m.FromName, m.Picture = d.from, d.picture
}

// dress makes the dress of a survey's mails; rep is who looks after the contact, empty if nobody does. A logo that cannot be read now is left out: it
// keeps no mail waiting.
func (s *Service) dress(ctx context.Context, look *Look, wording *MailWording, rep string) dress {
	d := dress{wording: *wording, colours: s.palette(look.Accent)}
	by := wording.Sender
	if by == "" {
		by = look.Sender
	}
	d.from, d.signed = by.nameOf(straightened(rep), s.company)
	if !look.HasLogo() {
		return d
	}
	width, height := look.ShownLogo()
	if look.LogoBy == LogoLink {
		d.logo = MailLogo{Source: s.baseURL + LogoPath(look.Logo), Width: width, Height: height}
		return d
	}
	logo, err := s.Logo(ctx, look.Logo)
	if err != nil {
		s.log.WarnContext(ctx, "the logo could not be read; mails go without it", "logo", look.Logo, "error", err)
		return d
	}
	d.picture = &Picture{ID: look.Logo + logoHost, Type: logo.Type(), Name: "logo" + logo.ID[logoHash:], Body: logo.Body}
	d.logo = MailLogo{Source: "cid:" + d.picture.ID, Width: width, Height: height}
	return d
}

// palette is PaletteOf, worked out once.
func (s *Service) palette(accent string) Palette {
	colours, _ := s.palettes.Recall(s.clock(), accent, func() (Palette, error) { return PaletteOf(accent), nil })
	return colours
}

// logoHost ends the id of a logo that travels in a mail.
const logoHost = "@logo.earshot"

// InBrowser is the HTML of a mail as a browser shows it on a page of ours, whose base URL is given: its logo is loaded from here, also one that travelled
// in the mail.
func InBrowser(html, baseURL string) string {
	html = strings.Replace(html, `src="`+baseURL+logoPath, `src="`+logoPath, 1)
	before, rest, found := strings.Cut(html, `src="cid:`)
	if !found {
		return html
	}
	name, after, found := strings.Cut(rest, logoHost+`"`)
	if !found || len(name) != logoHash+len(pngEnding) {
		return html
	}
	return before + `src="` + LogoPath(name) + `"` + after
}
