package frontend

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
)

// thanksView is what the template of ThanksPage is run with, once for each language: see skeleton.
type thanksView struct {
	Company string
	Contact template.CSS
	C       *chrome
	Said    template.HTML
	Change  template.HTML
}

// loadThanks cuts the page in every language.
func (f *Frontend) loadThanks() error {
	f.thanks = make(map[string]*skeleton[*ThanksPage], len(f.chrome))
	for tag, c := range f.chrome {
		m := new(marks[*ThanksPage])
		view := thanksView{Company: f.config.Company, Contact: f.contact.css, C: c,
			Said: template.HTML(m.add(c.said)), Change: template.HTML(m.add(c.changeLink))}
		var page strings.Builder
		if err := f.templates["thanks"].ExecuteTemplate(&page, "layout", view); err != nil {
			return fmt.Errorf("frontend: %w", err)
		}
		f.thanks[tag] = m.cut(page.String())
	}
	return nil
}

func (f *Frontend) renderThanks(b *bytes.Buffer, p *ThanksPage) error {
	f.thanks[f.chromeIn(p.Language).Tag].write(b, p)
	return nil
}

// said is the survey's own thanks, or the usual ones.
func (c *chrome) said(b *bytes.Buffer, p *ThanksPage) {
	b.WriteString(`<p class="lead" dir="auto">`)
	escape(b, p.Thanks)
	if p.Thanks == "" {
		escape(b, c.Thanks)
		if p.RepName != "" {
			b.WriteByte(' ')
			around(b, c.ThanksRep, "{rep}", p.RepName)
		}
	}
	b.WriteString("</p>\n")
}

// changeLink leads back to the answers.
func (c *chrome) changeLink(b *bytes.Buffer, p *ThanksPage) {
	if p.Change == "" {
		return
	}
	b.WriteString(`<p><a class="more" href="`)
	escape(b, p.Change)
	b.WriteString(`">`)
	escape(b, c.Change)
	b.WriteString("</a></p>\n")
}
