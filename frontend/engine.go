package frontend

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"earshot/survey"
)

//go:embed templates
var templateFiles embed.FS

// The layouts that pages stand in.
const (
	repLayout     = "templates/layouts/rep.html"
	contactLayout = "templates/layouts/contact.html"
	pageFolder    = "templates/pages"
)

// contactPage is a page for contacts, in their language; all others are for reps.
type contactPage interface {
	Page
	language() string
}

// repPages has one page for reps of each type, so that every template is tried when the program starts.
func repPages() []Page {
	return []Page{
		TodayPage{}, CustomersPage{}, CustomerPage{}, CustomerFormPage{}, ContactFormPage{}, FeedbackPage{}, ResponsesPage{},
		ResponsePage{}, SurveysPage{}, SurveyPage{}, SurveyFormPage{}, PulsesPage{}, PulseFormPage{}, PulsePage{}, OutboxPage{},
		OutboxMailPage{}, InvitationsPage{}, ImportPage{}, ImportMappingPage{}, ImportRunPage{}, SettingsPage{}, RepFormPage{},
		SuppressionsPage{}, SetupPage{}, LoginPage{}, AccountPage{}, ErrorPage{}, DocsPage{}, GalleryPage{},
	}
}

// contactPages are the pages for contacts, one of each type.
func contactPages() []contactPage {
	blank := &survey.Edition{Questions: []survey.Question{{}}}
	return []contactPage{&AnswerPage{Edition: blank}, &ThanksPage{}, &DeclinedPage{}, &UnsubscribePage{}, &LinkProblemPage{}}
}

// loadTemplates parses every page in its layout and tries it with the blank page of its type.
func (f *Frontend) loadTemplates() error {
	reps, err := f.layout(repLayout)
	if err != nil {
		return err
	}
	contacts, err := f.layout(contactLayout)
	if err != nil {
		return err
	}
	files, err := fs.Glob(templateFiles, pageFolder+"/*.html")
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	f.templates = make(map[string]*template.Template, len(files))
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		layout := reps
		if forContacts(name) {
			layout = contacts
		}
		if f.templates[name], err = parsePage(layout, file); err != nil {
			return err
		}
	}
	if err := f.loadThanks(); err != nil {
		return err
	}
	return f.tryTemplates()
}

// forContacts says whether the template of that name is of a page for contacts.
func forContacts(name string) bool {
	return slices.ContainsFunc(contactPages(), func(p contactPage) bool { return p.template() == name })
}

// layout parses a layout with all parts.
func (f *Frontend) layout(file string) (*template.Template, error) {
	t, err := template.New("layout").Funcs(f.functions()).Option("missingkey=error").ParseFS(templateFiles, file, "templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("frontend: %w", err)
	}
	return t, nil
}

func parsePage(layout *template.Template, file string) (*template.Template, error) {
	t, err := layout.Clone()
	if err == nil {
		t, err = t.ParseFS(templateFiles, file)
	}
	if err != nil {
		return nil, fmt.Errorf("frontend: %w", err)
	}
	return t, nil
}

// tryTemplates renders the blank page of each type: a slip in a template stops the program's start, not a request.
func (f *Frontend) tryTemplates() error {
	pages := repPages()
	for _, page := range contactPages() {
		pages = append(pages, page)
	}
	for _, page := range pages {
		if err := f.Render(io.Discard, page); err != nil {
			return fmt.Errorf("frontend: page %s: %w", page.template(), err)
		}
	}
	return nil
}

// frame is what a layout is executed with.
type frame struct {
	Page
	Company string
	Style   string
	// Contact is the style that stands inside pages for contacts, and C their fixed words.
	Contact template.CSS
	C       *chrome
}

func (f *Frontend) render(buffer *bytes.Buffer, page Page) error {
	switch page := page.(type) {
	case *AnswerPage:
		return f.renderAnswer(buffer, page)
	case *ThanksPage:
		return f.renderThanks(buffer, page)
	}
	t, ok := f.templates[page.template()]
	if !ok {
		return fmt.Errorf("frontend: no template %q", page.template())
	}
	in := frame{Page: page, Company: f.config.Company, Style: f.styleURL}
	if contact, ok := page.(contactPage); ok {
		in.Contact, in.C = f.contact.css, f.chromeIn(contact.language())
	}
	return t.ExecuteTemplate(buffer, "layout", in)
}
