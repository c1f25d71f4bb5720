package async

// Split splits a tree of errors into those that match and the rest; nil where there are none. Each half keeps the nesting,
// the messages and tracebacks of the groups above its errors. An error that is no group is a tree of one; one that matches
// whole comes back itself.
func Split(err error, match func(err error) bool) (matched, rest error) {
	if err == nil {
		return nil, nil
	}
	group, ok := err.(*Error)
	if !ok || group.Code != ErrGroup.Code {
		if match(err) {
			return err, nil
		}
		return nil, err
	}
	var ours, theirs []error
	for _, cause := range group.causes {
		one, other := Split(cause, match)
		if one != nil {
			ours = append(ours, one)
		}
		if other != nil {
			theirs = append(theirs, other)
		}
	}
	return group.part(ours, len(theirs) == 0), group.part(theirs, len(ours) == 0)
}

// part is the group with some of its errors.
func (e *Error) part(causes []error, all bool) error {
	if all {
		return e
	}
	if len(causes) == 0 {
		return nil
	}
	part := *e
	part.causes = causes
	return &part
}
