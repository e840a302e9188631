package frontend

import "time"

// ForecastPage is a dry run of the pulses: who will be asked when, and who not, and why.
type ForecastPage struct {
	Shell
	From, Until time.Time
	// Tabs narrow it to one pulse.
	Tabs   []Tab
	Pulses []ForecastPulse
	// Asked is how many asks there are, Days those on which their mails go out.
	Asked int
	Days  []ForecastDay
	// Held are those who are not asked in all that time, and MoreHeld how many there are beyond.
	Held     []ForecastHeld
	MoreHeld int
}

// ForecastPulse is what comes of one pulse.
type ForecastPulse struct {
	Pulse Link
	// Beyond is how many it does not come to because of its cap.
	Asked, Held, Beyond int
	// Problem is why it asks nobody; empty if nothing keeps it.
	Problem string
	// Cut says that only the first of its audience were looked at.
	Cut bool
}

// ForecastDay is a day on which mails go out.
type ForecastDay struct {
	Day   time.Time
	Asked int
	Rows  []ForecastRow
}

// More is how many asks of the day are not shown.
func (d ForecastDay) More() int { return d.Asked - len(d.Rows) }

// ForecastRow is somebody who is asked.
type ForecastRow struct {
	// At is when the mail goes out, in the zone that is shown.
	At             time.Time
	Customer       Link
	Contact, Email string
	Pulse          Link
}

// ForecastHeld is a customer who is not asked.
type ForecastHeld struct {
	Customer, Pulse Link
	Reason          string
	// Until is when the ask can be made; zero if time alone does not help.
	Until time.Time
}

// PageTitle names the page.
func (ForecastPage) PageTitle() string { return "The next 30 days" }

func (ForecastPage) template() string { return "forecast" }
