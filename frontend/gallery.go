package frontend

// GalleryPage shows the design system and leads to a sample of every page.
type GalleryPage struct {
	Shell
	// Samples are the pages' samples, by page.
	Samples []GalleryGroup
	// Field samples the kinds of field, Broken the same with errors.
	Form   Form
	Broken Form
}

// GalleryGroup are the samples of one page.
type GalleryGroup struct {
	Name  string
	Links []Link
}

// PageTitle names the page.
func (GalleryPage) PageTitle() string { return "Gallery" }

func (GalleryPage) template() string { return "gallery" }
