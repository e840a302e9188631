package frontend

import "earshot/survey"

// TodayList is a list of customers to look after, as Today shows it.
type TodayList struct {
	List survey.List
	// Customers are at most a screenful of Total, and All leads to them.
	Customers []QuietCustomer
	Total     int
	All       string
}

// ID names the list in the page's address.
func (l TodayList) ID() string { return string(l.List) }

// todayWords are how Today tells of a list.
var todayWords = map[survey.List]struct{ title, about, noun string }{
	survey.Slowing: {"Slowing down", "They still show up, but ever more seldom.", "slowing customer"},
	survey.Unreturned: {
		"New, and not returned", "They came once or twice, and most of those like them who came back had done so by now. They stay here for a month.", "overdue newcomer",
	},
}

// Title is the heading of the list, About what it is, and Noun what one of its customers is called.
func (l TodayList) Title() string { return todayWords[l.List].title }

// About says in a sentence what the list is.
func (l TodayList) About() string { return todayWords[l.List].about }

// Noun is what one of its customers is called.
func (l TodayList) Noun() string { return todayWords[l.List].noun }
