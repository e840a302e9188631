package sqlite

import (
	"strconv"
	"strings"

	"zombiezen.com/go/sqlite"
)

// worthLooking is from how many columns on a replace first looks which of them change. SQLite writes every index whose columns an UPDATE names, whether
// their values change or not: a look at the row is cheaper than a few of those.
const worthLooking = 4

// replaceRow overwrites a document, and names only the columns that change.
func (t *table) replaceRow(conn *sqlite.Conn, r *row) (bool, error) {
	if len(t.columns) < worthLooking || len(t.columns) > 64 {
		done, err := t.change(conn, t.amend, r)
		if done || err != nil {
			return done, err
		}
		return t.change(conn, t.replace, r)
	}
	changed, found, err := t.changed(conn, r)
	if err != nil || !found {
		return false, err
	}
	return t.change(conn, t.replacing(changed), r)
}

// changed tells which columns of the stored row, if it is there in that version, have other values than r: a bit for each.
func (t *table) changed(conn *sqlite.Conn, r *row) (bits uint64, found bool, err error) {
	stmt, err := conn.Prepare(t.differing)
	if err != nil {
		return 0, false, failed(err)
	}
	defer reset(stmt)
	stmt.BindText(1, r.id)
	stmt.BindInt64(2, r.version)
	for i, v := range r.values {
		bind(stmt, 3+i, v)
	}
	if found, err = stmt.Step(); err != nil || !found {
		return 0, false, failed(err)
	}
	for i := range r.values {
		if stmt.ColumnInt(i) != 0 {
			bits |= 1 << i
		}
	}
	return bits, true, nil
}

// differences is the statement of changed.
func (t *table) differences() string {
	columns := make([]string, len(t.columns))
	for i, c := range t.columns {
		columns[i] = c.name + " IS NOT ?" + strconv.Itoa(3+i)
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + t.name + " WHERE id=?1 AND version=?2"
}

// replacing is the statement that replaces a document of which those columns change. The others stand in its condition, so that its parameters are
// always the same.
func (t *table) replacing(changed uint64) string {
	if known, ok := t.replacements.Load(changed); ok {
		return known.(string)
	}
	var sets, same strings.Builder
	for i, c := range t.columns {
		value := c.name + "=?" + strconv.Itoa(firstColumn+i)
		if changed&(1<<i) != 0 {
			sets.WriteString(value + ", ")
			continue
		}
		same.WriteString(" AND " + strings.Replace(value, "=", " IS ", 1))
	}
	made := "UPDATE " + t.name + " SET version=?2+1, due=?3, " + sets.String() + "doc=?4 WHERE id=?1 AND version=?2" + same.String()
	t.replacements.Store(changed, made)
	return made
}
