"""What a person does with their own data: see, copy, correct, hide, restrict, object, erase."""
