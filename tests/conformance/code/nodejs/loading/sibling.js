exports.NAME = 'sibling';
