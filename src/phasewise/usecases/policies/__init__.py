"""The steps of what is shown, tried and changed of policies, one module each."""
