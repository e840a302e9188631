package frontend

// TouchpointPage asks whether a touchpoint is to be taken back.
type TouchpointPage struct {
	Shell
	// Back leads to the customer.
	Back Link
	Item TimelineItem
	// Remove takes it back.
	Remove Action
}

// PageTitle names the page.
func (TouchpointPage) PageTitle() string { return "Remove from the timeline" }

func (TouchpointPage) template() string { return "touchpoint" }
