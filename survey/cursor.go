package survey

import "earshot/survey/store"

// Cursor is a place in a list: Page.Next of an earlier page. Empty is the start. It has this name too so that those who
// hand it back need not know of the storage port.
type Cursor = store.Cursor
